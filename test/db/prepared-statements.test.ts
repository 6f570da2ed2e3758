import { inArray, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { asset as assetTable } from '../../src/db/environment/asset.ts'
import type { StorePool } from '../../src/db/pool.ts'
import { type Transaction, withOrganization } from '../../src/db/transaction.ts'
import { identifier, type OrganizationId } from '../../src/domain/identifiers.ts'
import { openStores } from '../support/stores.ts'
import { loneConnection } from './lone-connection.ts'

const stores = await openStores()
const organization = identifier<OrganizationId>(uuidv7())

interface Prepared {
  readonly statement: string
}

function preparedOn(pool: StorePool): Promise<readonly string[]> {
  return withOrganization(pool, organization, async (transaction) => {
    const { rows } = await transaction.execute<Prepared & Record<string, unknown>>(
      sql`select statement from pg_prepared_statements`,
    )
    return rows.map(({ statement }) => statement)
  })
}

function times(count: number, pool: StorePool, work: (transaction: Transaction, time: number) => unknown) {
  return withOrganization(pool, organization, async (transaction) => {
    for (let time = 0; time < count; time += 1) await work(transaction, time)
  })
}

test('a statement is prepared when it comes for the third time', async () => {
  const pool = loneConnection(stores)
  const text = 'select $1::integer as again'
  await times(2, pool, (transaction) => transaction.send(text, [1]))
  expect(await preparedOn(pool)).toEqual([])
  await times(1, pool, (transaction) => transaction.send(text, [1]))
  expect(await preparedOn(pool)).toEqual([text])
  await pool.pool.end()
})

test('statements that come once or hold a list of any length take no place from those that come again', async () => {
  const pool = loneConnection(stores)
  await times(300, pool, (transaction, time) => transaction.send(`select $1::integer as once_${time}`, [1]))
  const ids = Array.from({ length: 70 }, () => uuidv7())
  await times(210, pool, (transaction, time) =>
    transaction
      .select({ id: assetTable.id })
      .from(assetTable)
      .where(inArray(assetTable.id, ids.slice(0, 1 + (time % 70)) as never)),
  )
  expect(await preparedOn(pool)).toEqual([])
  const text = 'select $1::integer as often'
  await times(3, pool, (transaction) => transaction.send(text, [1]))
  expect(await preparedOn(pool)).toEqual([text])
  await pool.pool.end()
})

test('a connection whose plan has become useless is used no more', async () => {
  const pool = loneConnection(stores)
  const superuser = stores.superuser('staging')
  const define = (columns: string, body: string) =>
    superuser.query(`drop function if exists shifting(integer);
      create function shifting(asked integer) returns table (${columns}) language sql as '${body}';
      grant execute on function shifting(integer) to public`)
  const ask = (transaction: Transaction) => transaction.send('select * from shifting($1)', [1])
  await define('one integer', 'select 1')
  await times(3, pool, ask)
  await define('one integer, two integer', 'select 1, 2')

  await expect(times(1, pool, ask)).rejects.toMatchObject({ code: '0A000' })
  expect(await withOrganization(pool, organization, ask)).toEqual([{ one: 1, two: 2 }])
  await pool.pool.end()
})

test('a connection that lost a prepared statement is used no more', async () => {
  const pool = loneConnection(stores)
  const ask = (transaction: Transaction) => transaction.send('select $1::integer as lost', [1])
  await times(3, pool, ask)
  await withOrganization(pool, organization, (transaction) => transaction.execute(sql`deallocate all`))

  await expect(times(1, pool, ask)).rejects.toMatchObject({ code: '26000' })
  expect(await withOrganization(pool, organization, ask)).toEqual([{ lost: 1 }])
  await pool.pool.end()
})
