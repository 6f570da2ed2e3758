import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'

/**
 * Holds one of the organization's own types until the control transaction ends: shared by whoever writes content by its
 * rules, exclusive for who changes them. So a change sees every version that was written by the rules before it.
 */
export async function lockType(
  control: Transaction,
  name: string,
  how: 'shared' | 'exclusive',
): Promise<void> {
  const place = sql`hashtextextended(${`asset-type/${control.organization}/${name}`}, 0)`
  await control.execute(
    how === 'shared'
      ? sql`select pg_advisory_xact_lock_shared(${place})`
      : sql`select pg_advisory_xact_lock(${place})`,
  )
}
