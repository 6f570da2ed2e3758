import { sql } from 'drizzle-orm'
import type { AssetId, Digest } from '../../../domain/identifiers.ts'
import { appendEntries, type EntryDraft } from '../../audit/append-entries.ts'
import type { ServiceContext } from '../../context.ts'
import { entryActor } from '../../people/entry-actor.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'

export interface ReadVersion {
  readonly asset: AssetId
  readonly type: string
  readonly version: number
  readonly digest: Digest
}

// Until the transaction ends, other reads of this person wait, and then find what this one logs.
async function readWithinTheHour(
  { caller }: ServiceContext,
  { control }: OpenEnvironment,
  read: readonly ReadVersion[],
): Promise<ReadonlySet<string>> {
  const one = `content.read/${control.organization}/${caller.person}`
  await control.execute(sql`select pg_advisory_xact_lock(hashtextextended(${one}, 0))`)
  const { rows } = await control.execute<{ asset: AssetId; version: string }>(sql`
    select asset, convert_from(leaf, 'UTF8')::jsonb #>> '{data,version}' as version from event_index
    where organization = ${control.organization} and type = 'content.read' and person = ${caller.person}
      and origin = log_origin() and time > clock_timestamp() - interval '1 hour'
      and asset = any(${sql.param(read.map(({ asset }) => asset))}::uuid[])`)
  return new Set(rows.map(({ asset, version }) => `${asset}/${version}`))
}

/** The entries for what a person reads of production's content, without those that they read within the hour. */
export async function contentReadEntries(
  context: ServiceContext,
  opened: OpenEnvironment,
  read: readonly ReadVersion[],
): Promise<readonly EntryDraft[]> {
  const known = await readWithinTheHour(context, opened, read)
  const actor = entryActor(context.caller)
  const { environment } = opened
  return read
    .filter(({ asset, version }) => !known.has(`${asset}/${version}`))
    .toSorted((left, right) => left.version - right.version)
    .map(({ asset, type, version, digest }) => ({
      type: 'content.read',
      subject: `asset/${asset}`,
      actor,
      environment,
      asset,
      facts: { assetType: type, version, digest },
    }))
}

/**
 * Logs that a person reads content of production, once per person, version and hour. It ends the control transaction's
 * statements, and no content leaves before that transaction has committed.
 */
export async function logContentReads(
  context: ServiceContext,
  opened: OpenEnvironment,
  read: readonly ReadVersion[],
): Promise<void> {
  const entries = await contentReadEntries(context, opened, read)
  if (entries.length > 0) await appendEntries(opened.control, entries)
}

/** As `logContentReads`, for one version. */
export function logContentRead(
  context: ServiceContext,
  opened: OpenEnvironment,
  read: ReadVersion,
): Promise<void> {
  return logContentReads(context, opened, [read])
}
