import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { HeldConnection } from '../../src/db/sending/held-connection.ts'
import { type Transaction, withOrganization } from '../../src/db/transaction.ts'
import { identifier, type OrganizationId } from '../../src/domain/identifiers.ts'
import { openStores } from '../support/stores.ts'
import { divide, loneConnection, newAsset } from './lone-connection.ts'

const stores = await openStores()
const organization = identifier<OrganizationId>(uuidv7())

async function outcomeOf(work: (transaction: Transaction) => Promise<unknown>): Promise<unknown> {
  const pool = loneConnection(stores)
  try {
    return await withOrganization(pool, organization, work)
  } catch (error) {
    return error
  } finally {
    await pool.pool.end()
  }
}

test('work that catches the failure of a statement and returns has failed, with that failure', async () => {
  const asset = newAsset(stores, organization)
  const outcome = await outcomeOf(async (transaction) => {
    await transaction.send(...asset.insert)
    await transaction.send(divide, [0]).catch(() => {})
    return 'done'
  })

  expect(outcome).toMatchObject({ code: '22012' })
  expect(await asset.isStored()).toBe(false)
})

test('a commit that PostgreSQL turns into a rollback is a failure, whoever sent what failed', async () => {
  const pool = loneConnection(stores)
  const client = await pool.pool.connect()
  const connection = new HeldConnection(client, pool.names)
  await connection.query('begin')
  await expect(client.query(divide, [0])).rejects.toMatchObject({ code: '22012' })

  await expect(connection.commit()).rejects.toThrow('rolled back')
  client.release()
  await pool.pool.end()
})

test('a value that cannot be sent fails the transaction, and what was sent before it is not committed', async () => {
  const asset = newAsset(stores, organization)
  const outcome = await outcomeOf(async (transaction) => {
    await transaction.send(...asset.insert)
    void transaction.sendAhead('select $1::jsonb', [{ unsendable: 1n }])
    return 'done'
  })

  expect(outcome).toBeInstanceOf(TypeError)
  expect(await asset.isStored()).toBe(false)
})

test('a prepared statement that is missing only because of an earlier failure does not hide it', async () => {
  const outcome = await outcomeOf(async (transaction) => {
    const text = 'select $1::integer as newly_prepared'
    for (const value of [1, 2]) await transaction.send(text, [value])
    void transaction.sendAhead(divide, [0])
    void transaction.sendAhead(text, [3])
    await transaction.send(text, [4])
  })

  expect(outcome).toMatchObject({ code: '22012' })
})

test('of two statements that were waited for together the first one that failed is told', async () => {
  const outcome = await outcomeOf(async (transaction) => {
    const failing = transaction.send(divide, [0])
    const text = 'select $1::integer as also_newly_prepared'
    await Promise.all([
      transaction.send(text, [1]),
      transaction.send(text, [2]),
      transaction.send(text, [3]),
      failing,
    ])
  })

  expect(outcome).toMatchObject({ code: '22012' })
})
