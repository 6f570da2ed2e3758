import type { Transaction } from '../../../db/transaction.ts'
import {
  type AssetId,
  type Digest,
  digest,
  type EnvironmentId,
  type PersonId,
} from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { readContent } from '../../content/save-content.ts'
import { checkPrecondition } from '../../idempotency/check-precondition.ts'
import { Refused } from '../../refused.ts'
import { assetTag, unknownAsset } from '../view/asset-state.ts'
import {
  type AcceptedContent,
  acceptContent,
  keepImmutables,
  knownType,
  type ScreenedAhead,
} from './accept-content.ts'
import { authoriseWrite } from './authorise-write.ts'
import { keepPartners } from './keep-partners.ts'
import type { OpenEnvironment } from './open-environment.ts'

/** An asset and the version that counts, as a change finds them. */
export interface CurrentAsset {
  readonly id: AssetId
  readonly environment: EnvironmentId
  readonly type: string
  readonly name: string
  readonly version: number
  readonly deleted: boolean
  readonly digest: Digest | null
  readonly activeVersion: number | null
  readonly createdAt: Date
  readonly createdBy: PersonId
  readonly updatedAt: Date
  readonly updatedBy: PersonId
}

interface AssetRow {
  readonly type: string
  readonly name: string
  readonly version: number
  readonly created_at: Date
  readonly created_by: PersonId
  readonly updated_at: Date
  readonly updated_by: PersonId
  readonly deleted_at: Date | null
}

interface NewestRow {
  readonly version: number
  readonly digest: Buffer
  readonly active: number | null
}

const assetById = `select type, name, version, created_at, created_by, updated_at, updated_by, deleted_at
  from asset where organization = $1 and id = $2 and environment = $3`

const assetHeld = `${assetById} for update`

const newestById = `select newest.version, newest.digest, active_version.version as active
  from asset
  join asset_version as newest on newest.organization = asset.organization and newest.asset = asset.id
    and newest.version = asset.version
  left join active_version on active_version.organization = asset.organization and active_version.asset = asset.id
  where asset.organization = $1 and asset.id = $2`

/**
 * Finds an asset in its store; with `lock`, nobody else changes it until the transaction ends.
 *
 * @throws Refused `not-found`.
 */
export async function findCurrent(
  transaction: Transaction,
  { environment }: Pick<OpenEnvironment, 'environment'>,
  id: AssetId,
  how: 'lock' | 'read',
): Promise<CurrentAsset> {
  const { organization } = transaction
  const text = how === 'lock' ? assetHeld : assetById
  const readNewest = () => transaction.send<NewestRow>(newestById, [organization, id])
  // One behind the other without waiting in between; the second one's version tells whether it came after the lock.
  const [[row], [sameTrip]] = await Promise.all([
    transaction.send<AssetRow>(text, [organization, id, environment]),
    readNewest(),
  ])
  if (row === undefined) throw unknownAsset()
  const newest = sameTrip?.version === row.version ? sameTrip : (await readNewest())[0]
  return {
    id,
    environment,
    type: row.type,
    name: row.name,
    version: row.version,
    deleted: row.deleted_at !== null,
    digest: newest === undefined ? null : digest(newest.digest.toString('hex')),
    activeVersion: newest?.active ?? null,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

/** The bytes of the version that counts; null where there is no version, or they were erased. */
export async function currentBytes(
  transaction: Transaction,
  { digest: ofNewest }: Pick<CurrentAsset, 'digest'>,
): Promise<Uint8Array | null> {
  return ofNewest === null ? null : ((await readContent(transaction, ofNewest)) ?? null)
}

/** The same as content. */
export async function currentContent(
  transaction: Transaction,
  current: Pick<CurrentAsset, 'digest'>,
): Promise<JsonValue | null> {
  const bytes = await currentBytes(transaction, current)
  return bytes === null ? null : parseStrict(bytes)
}

/**
 * The content of a next version that is allowed here and now. The present one is read only where the type has a rule that
 * compares the two.
 *
 * @throws Refused naming the rule.
 */
export async function checkNextVersion(
  opened: OpenEnvironment,
  transaction: Transaction,
  current: CurrentAsset,
  asked: { readonly seen: readonly string[]; readonly content: JsonValue; readonly ahead?: ScreenedAhead },
): Promise<AcceptedContent> {
  const type = await knownType(opened.control, current.type)
  authoriseWrite(opened, type)
  if (current.deleted) throw new Refused('illegal-state', 'The asset is deleted. Create another one instead.')
  checkPrecondition(asked.seen, assetTag(current))
  const isCompared = type.immutable.length > 0 || (type.partnerOwned ?? []).length > 0
  const before = isCompared ? await currentContent(transaction, current) : null
  const accepted = await acceptContent(type, keepPartners(type, before, asked.content), asked.ahead)
  keepImmutables(type, before, accepted.content)
  return accepted
}
