import { getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Transaction } from './transaction.ts'

/**
 * Inserts rows naming only the columns that are given. Drizzle's own insert names every column, for which a login that
 * may not choose a time or a state has no right. Rows must all give the same columns. Returns how many were inserted:
 * with `ignore`, rows whose key exists already are not.
 *
 * @throws TypeError when there are no rows, or a member is no column.
 */
export async function insertRows<Table extends PgTable>(
  transaction: Transaction,
  table: Table,
  rows: readonly Table['$inferInsert'][],
  onConflict: 'fail' | 'ignore' = 'fail',
): Promise<number> {
  const [first] = rows
  if (first === undefined) throw new TypeError(`no rows to insert into ${getTableName(table)}`)
  const columns = getTableColumns(table)
  const given: Record<string, unknown> = first
  const members = Object.keys(given).filter((member) => given[member] !== undefined)
  const named = members.map((member) => {
    const column = columns[member]
    if (column === undefined) throw new TypeError(`${getTableName(table)} has no column for ${member}`)
    return { member, column }
  })
  const names = sql.join(
    named.map(({ column }) => sql.identifier(column.name)),
    sql`, `,
  )
  const tuples: SQL[] = rows.map((row) => {
    const values: Record<string, unknown> = row
    const parameters = named.map(({ member, column }) => sql.param(values[member], column))
    return sql`(${sql.join(parameters, sql`, `)})`
  })
  const conflict = onConflict === 'ignore' ? sql` on conflict do nothing` : sql``
  const result = await transaction.execute(
    sql`insert into ${table} (${names}) values ${sql.join(tuples, sql`, `)}${conflict}`,
  )
  return result.rowCount ?? 0
}

// A statement takes 65,535 parameters, and a row has fewer than sixteen.
const rowsAtOnce = 1_000

/** As `insertRows` for any number of rows, also none, in several statements where they are many. */
export async function insertInParts<Table extends PgTable>(
  transaction: Transaction,
  table: Table,
  rows: readonly Table['$inferInsert'][],
  onConflict: 'fail' | 'ignore' = 'fail',
): Promise<void> {
  for (let first = 0; first < rows.length; first += rowsAtOnce) {
    await insertRows(transaction, table, rows.slice(first, first + rowsAtOnce), onConflict)
  }
}
