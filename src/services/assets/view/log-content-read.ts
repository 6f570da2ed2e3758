import { and, eq, sql } from 'drizzle-orm'
import { eventIndex } from '../../../db/control/event-index.ts'
import type { AssetId, Digest } from '../../../domain/identifiers.ts'
import { appendEntries } from '../../audit/append-entries.ts'
import type { ServiceContext } from '../../context.ts'
import { entryActor } from '../../people/entry-actor.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'

export interface ReadVersion {
  readonly asset: AssetId
  readonly type: string
  readonly version: number
  readonly digest: Digest
}

async function readWithinTheHour(
  { caller }: ServiceContext,
  { control }: OpenEnvironment,
  { asset, version }: ReadVersion,
): Promise<boolean> {
  // Two readings at once: the second one waits here, and then finds the entry of the first.
  const once = `content.read/${control.organization}/${caller.person}/${asset}/${version}`
  await control.execute(sql`select pg_advisory_xact_lock(hashtextextended(${once}, 0))`)
  const earlier = await control
    .select({ id: eventIndex.id })
    .from(eventIndex)
    .where(
      and(
        eq(eventIndex.organization, control.organization),
        eq(eventIndex.asset, asset),
        eq(eventIndex.type, 'content.read'),
        eq(eventIndex.person, caller.person),
        eq(eventIndex.origin, sql`log_origin()`),
        sql`${eventIndex.time} > clock_timestamp() - interval '1 hour'`,
        sql`convert_from(${eventIndex.leaf}, 'UTF8')::jsonb #>> '{data,version}' = ${String(version)}`,
      ),
    )
    .limit(1)
  return earlier.length > 0
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
  const { control, environment } = opened
  const news: ReadVersion[] = []
  for (const one of read.toSorted((left, right) => left.version - right.version)) {
    if (!(await readWithinTheHour(context, opened, one))) news.push(one)
  }
  if (news.length === 0) return
  const actor = entryActor(context.caller)
  await appendEntries(
    control,
    news.map(({ asset, type, version, digest }) => ({
      type: 'content.read',
      subject: `asset/${asset}`,
      actor,
      environment,
      asset,
      facts: { assetType: type, version, digest },
    })),
  )
}

/** As `logContentReads`, for one version. */
export function logContentRead(
  context: ServiceContext,
  opened: OpenEnvironment,
  read: ReadVersion,
): Promise<void> {
  return logContentReads(context, opened, [read])
}
