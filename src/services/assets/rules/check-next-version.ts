import { and, eq } from 'drizzle-orm'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, Digest, EnvironmentId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { checkPrecondition } from '../../idempotency/check-precondition.ts'
import { Refused } from '../../refused.ts'
import { assetTag, unknownAsset } from '../view/asset-state.ts'
import { type AcceptedContent, acceptContent, keepImmutables, knownType } from './accept-content.ts'
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
  /** Null where there is no version, or its bytes were erased. */
  readonly bytes: Uint8Array | null
}

/**
 * Finds an asset in its store; with `lock`, nobody else changes it until the transaction ends.
 *
 * @throws Refused `not-found`.
 */
export async function findCurrent(
  transaction: Transaction,
  { environment }: OpenEnvironment,
  id: AssetId,
  how: 'lock' | 'read',
): Promise<CurrentAsset> {
  const { organization } = transaction
  const query = transaction
    .select()
    .from(assetTable)
    .where(
      and(
        eq(assetTable.organization, organization),
        eq(assetTable.id, id),
        eq(assetTable.environment, environment),
      ),
    )
  const [row] = how === 'lock' ? await query.for('update') : await query
  if (row === undefined) throw unknownAsset()
  // After the lock and by the locked row's version, so that it is what the last writer left.
  const [newest] = await transaction
    .select({ digest: assetVersion.digest, bytes: content.bytes })
    .from(assetVersion)
    .innerJoin(
      content,
      and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
    )
    .where(
      and(
        eq(assetVersion.organization, organization),
        eq(assetVersion.asset, id),
        eq(assetVersion.version, row.version),
      ),
    )
  const { type, name, version, deletedAt } = row
  return {
    id,
    environment,
    type,
    name,
    version,
    deleted: deletedAt !== null,
    digest: newest?.digest ?? null,
    bytes: newest?.bytes ?? null,
  }
}

/**
 * The content of a next version that is allowed here and now.
 *
 * @throws Refused naming the rule.
 */
export async function checkNextVersion(
  opened: OpenEnvironment,
  current: CurrentAsset,
  asked: { readonly seen: readonly string[]; readonly content: JsonValue },
): Promise<AcceptedContent> {
  const type = await knownType(opened.control, current.type)
  authoriseWrite(opened, type)
  if (current.deleted) throw new Refused('illegal-state', 'The asset is deleted. Create another one instead.')
  checkPrecondition(asked.seen, assetTag(current))
  const accepted = await acceptContent(type, keepPartners(type, current, asked.content))
  if (current.bytes !== null) keepImmutables(type, current.bytes, accepted.content)
  return accepted
}
