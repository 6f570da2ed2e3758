import { and, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { asset as assetTable } from '../../db/environment/asset.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { AssetId, Digest } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import { digestOf } from '../../trust/canonical.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveContent } from '../content/save-content.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import {
  type RequestedCommand,
  requestProductionCommand,
} from '../production-commands/request-production-command.ts'
import { type CurrentAsset, checkNextVersion, findCurrent } from './rules/check-next-version.ts'
import { type OpenEnvironment, openEnvironment } from './rules/open-environment.ts'
import { settleInProduction } from './settle-in-production.ts'
import { readAsset } from './view/asset-state.ts'
import type { WrittenAsset } from './written-asset.ts'

export interface NextVersion {
  readonly asset: AssetId
  readonly content: JsonValue
  /** Entity tags of what the caller saw. */
  readonly seen: readonly string[]
}

async function store(
  { caller }: ServiceContext,
  transaction: Transaction,
  current: CurrentAsset,
  bytes: Uint8Array,
): Promise<void> {
  const { organization } = transaction
  const { id, environment, type, name } = current
  const { person } = caller
  const version = current.version + 1
  const digest: Digest = await saveContent(transaction, bytes)
  const entry = uuidv7()
  await insertRows(transaction, assetVersion, [
    { organization, asset: id, version, digest, name, author: person, entry },
  ])
  await transaction
    .update(assetTable)
    .set({ version, updatedAt: sql`clock_timestamp()`, updatedBy: person })
    .where(and(eq(assetTable.organization, organization), eq(assetTable.id, id)))
  await appendEntries(transaction, [
    {
      id: entry,
      type: 'asset.version-written',
      subject: `asset/${id}`,
      actor: entryActor(caller),
      environment,
      asset: id,
      facts: { assetType: type, version, digest },
    },
  ])
}

async function writeHere(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: NextVersion,
): Promise<WrittenAsset> {
  await withOrganization(opened.store, context.caller.organization, async (transaction) => {
    const current = await findCurrent(transaction, opened, asked.asset, 'lock')
    const bytes = checkNextVersion(opened, current, asked)
    if (digestOf(bytes) !== current.digest) await store(context, transaction, current, bytes)
  })
  return { kind: 'written', asset: await readAsset(opened, asked.asset), replayed: false }
}

async function requestInProduction(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: NextVersion,
): Promise<WrittenAsset | RequestedCommand> {
  const current = await withOrganization(opened.store, context.caller.organization, (transaction) =>
    findCurrent(transaction, opened, asked.asset, 'read'),
  )
  const bytes = checkNextVersion(opened, current, asked)
  if (digestOf(bytes) === current.digest) {
    return { kind: 'written', asset: await readAsset(opened, asked.asset), replayed: false }
  }
  const { id, environment, type, name, version } = current
  return requestProductionCommand(context, opened.control, {
    kind: 'write-version',
    environment,
    asset: id,
    type,
    name,
    bytes,
    expectedVersion: version,
  })
}

/**
 * Writes the next version of an asset that the caller saw in its present state. Content that is the same already is no
 * new version. In production it is a command that production's worker carries out.
 *
 * @throws Refused for an asset the caller does not see, a missing right, a stale tag, or content that its type does not
 * allow after the present version.
 */
export async function writeVersion(context: ServiceContext, asked: NextVersion): Promise<WrittenAsset> {
  const done = await openEnvironment<WrittenAsset | RequestedCommand>(context, null, (opened) =>
    opened.kind === 'production'
      ? requestInProduction(context, opened, asked)
      : writeHere(context, opened, asked),
  )
  return done.kind === 'requested' ? settleInProduction(context, done) : done
}
