import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { withOrganization, withSavepoint } from '../../src/db/transaction.ts'
import { identifier, type OrganizationId } from '../../src/domain/identifiers.ts'
import { openStores } from '../support/stores.ts'
import { divide, loneConnection, newAsset } from './lone-connection.ts'

const stores = await openStores()
const organization = identifier<OrganizationId>(uuidv7())

test('what was sent ahead behind a savepoint fails there, with its own error, and the transaction goes on', async () => {
  const pool = loneConnection(stores)
  const asset = newAsset(stores, organization)
  let thrown: unknown
  const done = await withOrganization(pool, organization, async (transaction) => {
    await transaction.send(...asset.insert)
    await withSavepoint(transaction, async (attempt) => {
      void attempt.sendAhead(divide, [0])
    }).catch((error) => {
      thrown = error
    })
    return 'done'
  })

  expect(thrown).toMatchObject({ code: '22012' })
  expect(done).toBe('done')
  expect(await asset.isStored()).toBe(true)
  await pool.pool.end()
})

test('a later statement behind the savepoint does not hide what failed before it', async () => {
  const pool = loneConnection(stores)
  const thrown = await withOrganization(pool, organization, (transaction) =>
    withSavepoint(transaction, async () => {
      void transaction.sendAhead(divide, [0])
      await transaction.send('select $1::integer', [1])
    }).catch((error) => error),
  )

  expect(thrown).toMatchObject({ code: '22012' })
  await pool.pool.end()
})

test('a savepoint inside that was rolled back leaves the one outside whole', async () => {
  const pool = loneConnection(stores)
  const asset = newAsset(stores, organization)
  await withOrganization(pool, organization, (transaction) =>
    withSavepoint(transaction, async () => {
      await transaction.send(...asset.insert)
      await withSavepoint(transaction, () => transaction.send(divide, [0])).catch(() => {})
      throw new Error('the attempt outside')
    }).catch(() => {}),
  )

  expect(await asset.isStored()).toBe(false)
  await pool.pool.end()
})
