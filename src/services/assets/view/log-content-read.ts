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

/**
 * Logs that a person reads content of production, once per person, version and hour. It ends the control transaction's
 * statements, and no content leaves before that transaction has committed.
 */
export async function logContentRead(
  { caller }: ServiceContext,
  { control, environment }: OpenEnvironment,
  { asset, type, version, digest }: ReadVersion,
): Promise<void> {
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
  if (earlier.length > 0) return
  await appendEntries(control, [
    {
      type: 'content.read',
      subject: `asset/${asset}`,
      actor: entryActor(caller),
      environment,
      asset,
      facts: { assetType: type, version, digest },
    },
  ])
}
