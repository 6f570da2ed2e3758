import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, expect, inject, test, vi } from 'vitest'
import { loginRoles } from '../../src/db/roles.ts'
import { storeKinds } from '../../src/db/stores.ts'
import { addressOf } from '../support/cluster.ts'
import { freshNamespace } from '../support/stores.ts'
import { runCommand, type Settings, spawnCountersign, startServer } from './spawn-countersign.ts'

vi.setConfig({ testTimeout: 120_000 })

const suffix = crypto.randomUUID().slice(0, 8)
const databaseOf = (store: string) => `named_${store.replaceAll('-', '_')}_${suffix}`
const address = addressOf(inject('superuserUrl'), databaseOf)
const everyStore = [...storeKinds, 'north-clinics']

afterAll(async () => {
  const client = new Client({ connectionString: inject('superuserUrl') })
  await client.connect()
  for (const store of everyStore)
    await client.query(`DROP DATABASE IF EXISTS ${databaseOf(store)} WITH (FORCE)`)
  await client.end()
})

function variableOf(store: string): string {
  return store === 'north-clinics' ? 'STORE_NORTH_CLINICS_URL' : `${store.toUpperCase()}_DATABASE_URL`
}

const operator = Object.fromEntries([
  ...everyStore.flatMap((store) => [
    [`${variableOf(store)}_ADMINISTRATOR`, inject('superuserUrl')],
    ...(['migrator', ...loginRoles] as const).map((role) => [
      `${variableOf(store)}_${role.toUpperCase()}`,
      address(store, role),
    ]),
  ]),
  ['STORE_NORTH_CLINICS_KIND', 'production'],
]) as Settings

function only(...names: readonly string[]): Settings {
  return Object.fromEntries(Object.entries(operator).filter(([name]) => names.includes(name)))
}

test('a store with a name of its own is prepared, migrated and served by processes of their own', async () => {
  expect(await runCommand(['prepare'], operator)).toMatchObject({ code: 0, errors: '' })
  expect(await runCommand(['migrate'], operator)).toMatchObject({ code: 0, errors: '' })
  expect(await runCommand(['migrate'], operator)).toMatchObject({ code: 0, errors: '' })
  const temporal = {
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: await freshNamespace(),
  }

  const worker = spawnCountersign(['--import', 'tsx', 'src/worker.ts', 'north-clinics'], {
    ...only(
      'CONTROL_DATABASE_URL_WORKER_PRODUCTION',
      'STORE_NORTH_CLINICS_URL_WORKER_PRODUCTION',
      'STORE_NORTH_CLINICS_KIND',
    ),
    ...temporal,
  })
  await vi.waitFor(() => expect(worker.errors()).toContain('"worker runs"'), { timeout: 60_000 })
  expect(worker.errors()).toContain('"queue":"north-clinics"')

  const server = await startServer({
    ...operator,
    ...temporal,
    COUNTERSIGN_FINGERPRINT_KEY: randomBytes(32).toString('base64'),
  })
  expect(server.output()).toContain(
    'workers run here, for control, development, staging, production, north-clinics',
  )
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

test('a worker that was given no address of its store says so', async () => {
  const temporal = { TEMPORAL_ADDRESS: inject('temporalAddress') }
  const named = { ...only('CONTROL_DATABASE_URL_WORKER_PRODUCTION', 'STORE_NORTH_CLINICS_KIND'), ...temporal }
  const without = await runCommand(['worker', 'north-clinics'], {
    ...named,
    STORE_NORTH_CLINICS_URL_API: address('north-clinics', 'api'),
  })
  const unknown = await runCommand(['worker', 'south-clinics'], { ...operator, ...temporal })

  expect(without).toMatchObject({ code: 1 })
  expect(without.errors).toBe('STORE_NORTH_CLINICS_URL must be given for the login worker_production.\n')
  expect(unknown.errors).toBe(
    'Name the queues to serve: control, development, staging, production, north-clinics.\n',
  )
})
