import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { type Transaction, withOrganization } from '../../src/db/transaction.ts'
import { identifier, type OrganizationId } from '../../src/domain/identifiers.ts'
import { openStores } from '../support/stores.ts'
import { loneConnection, newAsset } from './lone-connection.ts'

const stores = await openStores()
const organization = identifier<OrganizationId>(uuidv7())
const other = identifier<OrganizationId>(uuidv7())

describe('a handle whose transaction has ended sends nothing into the next one', () => {
  test.each<[string, (kept: Transaction) => Promise<unknown>]>([
    ['by a statement', (kept) => kept.send('select $1::integer', [1])],
    ['by a statement ahead', (kept) => kept.sendAhead('select $1::integer', [1])],
    ['by a statement without parameters', (kept) => kept.execute(sql`select 1`)],
    ['by the builder', async (kept) => kept.select({ one: sql`${1}::integer` }).from(sql`log_store`)],
  ])('%s', async (_, send) => {
    const pool = loneConnection(stores)
    const kept = await withOrganization(pool, organization, async (transaction) => ({ transaction }))
    const late = await withOrganization(pool, other, async () =>
      send(kept.transaction).then(
        () => 'sent',
        (error) => error,
      ),
    )

    const refused = late instanceof Error && late.cause instanceof Error ? late.cause : late
    expect(refused).toMatchObject({ name: 'TransactionEnded' })
    await pool.pool.end()
  })
})

test('a branch that goes on after another one failed writes nothing any more', async () => {
  const pool = loneConnection(stores)
  const asset = newAsset(stores, organization)
  const hasEnded = Promise.withResolvers<void>()
  let late: Promise<unknown> = Promise.resolve()
  const goesOn = async (transaction: Transaction) => {
    await transaction.send('select $1::integer', [1])
    await hasEnded.promise
    return transaction.send(...asset.insert)
  }
  const failed = withOrganization(pool, organization, async (transaction) => {
    late = goesOn(transaction)
    await Promise.all([late, Promise.reject(new Error('not found'))])
  })

  await expect(failed).rejects.toThrow('not found')
  hasEnded.resolve()
  await expect(late).rejects.toMatchObject({ name: 'TransactionEnded' })
  expect(await asset.isStored()).toBe(false)
  await pool.pool.end()
})
