import { sql } from 'drizzle-orm'
import type { Transaction } from './transaction.ts'

/** What the database's clock shows now, in milliseconds since 1970; the moment of the statement, not of the transaction. */
export async function databaseClock(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.execute<{ now: string }>(
    sql`select extract(epoch from clock_timestamp()) * 1000 as now`,
  )
  return Number(rows[0]?.now)
}
