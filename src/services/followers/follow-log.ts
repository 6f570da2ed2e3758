import { and, asc, eq, gte, sql } from 'drizzle-orm'
import { followedLog } from '../../db/control/followed-log.ts'
import { logEntry } from '../../db/log/log-entry.ts'
import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'

/** Both pools of an environment's worker: its own store, and control. */
export interface FollowerStores {
  readonly store: StorePool
  readonly control: StorePool
}

const batch = 200

async function positionOf(control: StorePool, organization: OrganizationId, origin: string): Promise<number> {
  return withOrganization(control, organization, async (transaction) => {
    const [row] = await transaction
      .select({ size: followedLog.size })
      .from(followedLog)
      .where(and(eq(followedLog.organization, organization), eq(followedLog.origin, origin)))
    return row?.size ?? 0
  })
}

async function originOf(store: StorePool, organization: OrganizationId): Promise<string> {
  return withOrganization(store, organization, async (transaction) => {
    const { rows } = await transaction.execute<{ origin: string }>(sql`select log_origin() as origin`)
    return rows[0]?.origin ?? ''
  })
}

async function readBatch(store: StorePool, organization: OrganizationId, from: number): Promise<Buffer[]> {
  return withOrganization(store, organization, async (transaction) => {
    const leaves = await transaction
      .select({ leaf: logEntry.leaf })
      .from(logEntry)
      .where(and(eq(logEntry.organization, organization), gte(logEntry.index, from)))
      .orderBy(asc(logEntry.index))
      .limit(batch)
    return leaves.map(({ leaf }) => Buffer.from(leaf))
  })
}

/**
 * Brings one organization's log of a store into control's index, entry by entry in order, as far as it goes now. Safe to
 * repeat and to run twice at once: control takes each entry once.
 */
export async function followLog(
  { store, control }: FollowerStores,
  organization: OrganizationId,
): Promise<void> {
  const origin = await originOf(store, organization)
  let position = await positionOf(control, organization, origin)
  for (;;) {
    const leaves = await readBatch(store, organization, position)
    if (leaves.length === 0) return
    position = await withOrganization(control, organization, async (transaction) => {
      const { rows } = await transaction.execute<{ followed: string }>(
        sql`select follow(${origin}, ${position}::bigint, ${sql.param(leaves)}::bytea[]) as followed`,
      )
      return Number(rows[0]?.followed)
    })
  }
}
