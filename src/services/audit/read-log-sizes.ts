import { asc, eq, type SQL, sql } from 'drizzle-orm'
import { followedLog } from '../../db/control/followed-log.ts'
import { logHead } from '../../db/log/log-head.ts'
import type { Transaction } from '../../db/transaction.ts'

/** How many entries of one log control's index holds. */
export interface LogSize {
  readonly origin: string
  readonly size: number
}

/** Every log of the organization that the index spans, control's own first. */
export async function readLogSizes(control: Transaction): Promise<readonly LogSize[]> {
  const { organization } = control
  const own = await control
    .select({ origin: sql<string>`log_origin()`, size: logHead.size })
    .from(logHead)
    .where(eq(logHead.organization, organization))
  const followed = await control
    .select({ origin: followedLog.origin, size: followedLog.size })
    .from(followedLog)
    .where(eq(followedLog.organization, organization))
    .orderBy(asc(followedLog.origin))
  return [...own, ...followed]
}

/** Logs as far as they reached then, as a relation `pinned(origin, size)` to join events with. */
export function pinnedLogs(sizes: readonly LogSize[]): SQL {
  return sql`unnest(${sql.param(sizes.map(({ origin }) => origin))}::text[],
    ${sql.param(sizes.map(({ size }) => size))}::bigint[]) as pinned(origin, size)`
}
