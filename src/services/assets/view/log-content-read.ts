import { and, eq, sql } from 'drizzle-orm'
import { eventIndex } from '../../../db/control/event-index.ts'
import type { AssetId, Digest } from '../../../domain/identifiers.ts'
import { appendEntries } from '../../audit/append-entries.ts'
import { loggedWithinTheHour } from '../../audit/logged-within-the-hour.ts'
import type { ServiceContext } from '../../context.ts'
import { entryActor } from '../../people/entry-actor.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'

export interface ReadVersion {
  readonly asset: AssetId
  readonly type: string
  readonly version: number
  readonly digest: Digest
}

function readWithinTheHour(
  { caller }: ServiceContext,
  { control }: OpenEnvironment,
  { asset, version }: ReadVersion,
): Promise<boolean> {
  return loggedWithinTheHour(control, {
    type: 'content.read',
    person: caller.person,
    subject: `${asset}/${version}`,
    about: and(
      eq(eventIndex.asset, asset),
      sql`convert_from(${eventIndex.leaf}, 'UTF8')::jsonb #>> '{data,version}' = ${String(version)}`,
    ),
  })
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
