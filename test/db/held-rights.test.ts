import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import type { StorePool } from '../../src/db/pool.ts'
import type { StoreKind } from '../../src/db/rights/right.ts'
import { type Transaction, whileHeld, withOrganization } from '../../src/db/transaction.ts'
import { identifier, type OrganizationId } from '../../src/domain/identifiers.ts'
import { openStores } from '../support/stores.ts'
import { divide, loneConnection, newAsset } from './lone-connection.ts'

const stores = await openStores()
const organization = identifier<OrganizationId>(uuidv7())

interface Told {
  readonly value: string
}

async function limitOf(transaction: Transaction, name: string): Promise<number> {
  const [row] = await transaction.send<Told>(
    'select extract(epoch from current_setting($1)::interval) * 1000 as value',
    [name],
  )
  return Number(row?.value)
}

async function sessionOf(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.execute<{ session: number }>(sql`select pg_backend_pid() as session`)
  return Number(rows[0]?.session)
}

async function held<Result>(
  work: (control: Transaction, store: StorePool) => Promise<Result>,
): Promise<Result> {
  const pools = { control: loneConnection(stores, 'control'), staging: loneConnection(stores) }
  try {
    return await withOrganization(pools.control, organization, (control) =>
      work(control, whileHeld(pools.staging, control)),
    )
  } finally {
    await Promise.all([pools.control.pool.end(), pools.staging.pool.end()])
  }
}

test.each<StoreKind>(['development', 'staging'])(
  'a request holds rights in control for longer than its waits in %s may take',
  async (kind) => {
    const [control, store] = [stores.pool('control', 'api'), stores.pool(kind, 'api')]
    const idle = await withOrganization(control, organization, (transaction) =>
      limitOf(transaction, 'idle_in_transaction_session_timeout'),
    )
    const [lock, statement] = await withOrganization(store, organization, async (transaction) => [
      await limitOf(transaction, 'lock_timeout'),
      await limitOf(transaction, 'statement_timeout'),
    ])

    expect([idle, lock, statement]).toEqual([20_000, 4_000, 8_000])
  },
)

test('nothing is committed once the transaction that holds the rights was ended', async () => {
  const asset = newAsset(stores, organization)
  const outcome = held(async (control, store) => {
    const session = await sessionOf(control)
    return withOrganization(store, organization, async (transaction) => {
      await transaction.send(...asset.insert)
      await stores.superuser('control').query('select pg_terminate_backend($1)', [session])
      await expect(control.send('select $1::integer', [1])).rejects.toThrow()
    })
  })

  await expect(outcome).rejects.toMatchObject({ code: '57P01' })
  expect(await asset.isStored()).toBe(false)
})

test('nothing is committed once the rights were given back, in a branch that another one left behind', async () => {
  const asset = newAsset(stores, organization)
  const hasEnded = Promise.withResolvers<void>()
  let left: Promise<unknown> = Promise.resolve()
  const outcome = held(async (control, store) => {
    left = withOrganization(store, organization, async (transaction) => {
      await transaction.send(...asset.insert)
      await hasEnded.promise
    })
    const failing = control.send(divide, [0])
    await Promise.all([left, failing]).finally(() => hasEnded.resolve())
  })

  await expect(outcome).rejects.toMatchObject({ code: '22012' })
  await expect(left).rejects.toThrow()
  expect(await asset.isStored()).toBe(false)
})

test('control is asked once more before the commit only where it has not answered for a second', async () => {
  const lastOf = async (session: number) => {
    const { rows } = await stores
      .superuser('control')
      .query<{ query: string }>('select query from pg_stat_activity where pid = $1', [session])
    return rows[0]?.query
  }
  const lastAfter = (seconds: number) =>
    held(async (control, store) => {
      const session = await sessionOf(control)
      await withOrganization(store, organization, (transaction) =>
        transaction.send('select pg_sleep($1)', [seconds]),
      )
      return lastOf(session)
    })

  expect(await lastAfter(0)).toContain('pg_backend_pid')
  expect(await lastAfter(1.1)).toBe('select 1')
})
