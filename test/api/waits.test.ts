import { afterAll, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import type { StoreKind } from '../../src/db/rights/right.ts'
import { eventually } from '../faults/support/eventually.ts'
import { holdLock } from '../faults/support/lock.ts'
import { valueSet } from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()

function hurried(store: StoreKind, limit: 'lock_timeout' | 'statement_timeout') {
  const url = new URL(stores.address(store, 'api'))
  url.searchParams.set(limit, '300')
  return openPool({ store, role: 'api', url: url.href, onIdleError: () => {} })
}

const pools = {
  control: hurried('control', 'statement_timeout'),
  staging: hurried('staging', 'lock_timeout'),
}
afterAll(() => Promise.all([pools.control.pool.end(), pools.staging.pool.end()]))

const api = openApi({
  ...stores,
  pool: (store, role) =>
    role === 'api' && (store === 'control' || store === 'staging') ? pools[store] : stores.pool(store, role),
})
const organization = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
const { engineer, owner } = organization.people

const path = `/v1/environments/${organization.environments.staging}/assets`

async function newAsset() {
  const key = engineer.keys.staging
  const { id } = await api.expectStatus<{ id: string }>(201, path, { key, body: valueSet('a') })
  return {
    id,
    write: (through = api) =>
      through.request(`/v1/assets/${id}`, {
        key,
        method: 'PUT',
        body: { content: valueSet('b').content },
        headers: { 'If-Match': '*' },
      }),
  }
}

async function expectUnavailable(asked: Promise<Response>) {
  const response = await asked
  expect(response.status).toBe(503)
  expect(response.headers.get('Retry-After')).toBe('5')
  expect(await response.json()).toMatchObject({ code: 'unavailable' })
}

test('a version that waits too long for a lock of its store is worth another try', async () => {
  const asset = await newAsset()
  const lock = await holdLock(
    stores.superuser('staging'),
    'select from log_head where organization = $1 for update',
    [organization.id],
  )

  await expectUnavailable(asset.write())
  await lock.release()
  const written = await asset.write()
  expect([written.status, await written.json()]).toMatchObject([200, { version: 2 }])
})

test('a version is not written once the transaction is gone in which the rights of its author were read', async () => {
  const asset = await newAsset()
  const control = stores.superuser('control')
  const waits =
    'select pid from pg_stat_activity where datname = current_database() and usename = $1 and state = $2'
  const holders = async () => (await control.query(waits, ['api', 'idle in transaction'])).rows
  const lock = await holdLock(stores.superuser('staging'), 'select from asset where id = $1 for update', [
    asset.id,
  ])
  const written = asset.write(openApi(stores))
  await lock.waitedForBy('api')
  await eventually('the rights are held', async () => (await holders()).length === 1)
  await control.query(`select pg_terminate_backend(pid) from (${waits}) as holder`, [
    'api',
    'idle in transaction',
  ])
  await eventually('the rights are held no more', async () => (await holders()).length === 0)
  await lock.release()

  await expectUnavailable(written)
  const { rows } = await stores
    .superuser('staging')
    .query('select version from asset where id = $1', [asset.id])
  expect(rows).toEqual([{ version: 1 }])
})

test('a repetition that waits for the first request in an environment is told that it is still running', async () => {
  const key = engineer.keys.staging
  const lock = await holdLock(
    stores.superuser('staging'),
    `insert into idempotency_key (organization, actor, operation, key, fingerprint, resource)
     values ($1, $2, 'createAsset', 'hangs', sha256(''), gen_random_uuid())`,
    [organization.id, engineer.id],
  )
  const response = await api.request(path, { key, body: valueSet('c'), idempotencyKey: 'hangs' })

  expect([response.status, await response.json()]).toMatchObject([409, { code: 'request-running' }])
  await lock.release()
})

test('a change of a person that waits too long for requests which rest on their rights is worth another try', async () => {
  const lock = await holdLock(
    stores.superuser('control'),
    'select from person where organization = $1 and id = $2 for share',
    [organization.id, engineer.id],
  )

  await expectUnavailable(
    api.request(`/v1/organizations/${organization.id}/people/${engineer.id}`, {
      key: owner.keys.organization,
      method: 'PATCH',
      body: { active: false },
    }),
  )
  await lock.release()
})
