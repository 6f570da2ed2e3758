import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest'
import { loginRoles } from '../../src/db/roles.ts'
import { type StoreAddress, storeKinds } from '../../src/db/stores.ts'
import { addressOf } from '../support/cluster.ts'
import { freshNamespace, openStores, type TestStores } from '../support/stores.ts'
import { runCommand, type Settings, spawnCountersign, startServer } from './spawn-countersign.ts'

vi.setConfig({ testTimeout: 90_000 })

let stores: TestStores

beforeAll(async () => {
  stores = await openStores()
})

const fingerprintKey = randomBytes(32).toString('base64')

function apiSettings(address: StoreAddress): Settings {
  const urls = storeKinds.map((store) => [`${store.toUpperCase()}_DATABASE_URL`, address(store, 'api')])
  return {
    ...Object.fromEntries(urls),
    CONTROL_DATABASE_URL_AUDITOR: address('control', 'auditor'),
    COUNTERSIGN_FINGERPRINT_KEY: fingerprintKey,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
  }
}

async function refusalToServe(settings: Settings): Promise<string> {
  const { code, output, errors } = await spawnCountersign(['--import', 'tsx', 'src/server.ts'], {
    PORT: '0',
    ...settings,
  }).ended
  expect({ code, output: output.includes('listening') }).toEqual({ code: 1, output: false })
  expect(errors).not.toMatch(/^\s+at /m)
  return errors.trim()
}

test('the API alone serves configured databases, and describes itself as the command line does', async () => {
  const server = await startServer(apiSettings(stores.address))

  const served: unknown = await (await fetch(`${server.url}/openapi.json`)).json()
  const [first, second] = await Promise.all([runCommand(['openapi']), runCommand(['openapi'])])

  expect(first).toMatchObject({ code: 0, errors: '' })
  expect(JSON.parse(first.output)).toEqual(served)
  expect(second.output).toBe(first.output)
  expect(server.output()).toContain('workers run in processes of their own')

  server.process.kill('SIGTERM')
  expect((await server.ended).code).toBe(0)
})

test('a setting that cannot be used is named in one line', async () => {
  expect(await refusalToServe({ PORT: 'eighty' })).toBe('PORT must be a whole number from 0 to 65535.')
})

test('databases that are configured in part are refused by the name of what is missing', async () => {
  const { STAGING_DATABASE_URL, ...others } = apiSettings(stores.address)

  expect(STAGING_DATABASE_URL).toBeDefined()
  expect(await refusalToServe(others)).toBe('STAGING_DATABASE_URL must be given for the login api.')
})

test('the audit routes’ own login is asked for by name', async () => {
  const { CONTROL_DATABASE_URL_AUDITOR, ...others } = apiSettings(stores.address)

  expect(CONTROL_DATABASE_URL_AUDITOR).toBeDefined()
  expect(await refusalToServe(others)).toContain('CONTROL_DATABASE_URL_AUDITOR must be given')
})

test('a port that is taken is told, with what to do', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    holder.close()
  })
  const bound = holder.address()
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0

  const refusal = await refusalToServe({ ...apiSettings(stores.address), PORT: String(port) })

  expect(refusal).toBe(
    `Port ${port} on 127.0.0.1 is taken. Stop what listens there, or set PORT to another one; 0 picks a free one.`,
  )
})

test('a database that is away, or does not let the login in, is named', async () => {
  const settings = apiSettings(stores.address)
  const wrong = new URL(stores.address('staging', 'api'))
  wrong.password = 'wrong'

  const [away, locked] = await Promise.all([
    refusalToServe({ ...settings, CONTROL_DATABASE_URL: 'postgres://api:hunter2@127.0.0.1:1/control' }),
    refusalToServe({ ...settings, STAGING_DATABASE_URL: wrong.href }),
  ])

  expect(away).toMatch(/^The control database does not answer \(ECONNREFUSED\)\. /)
  expect(locked).toMatch(/^The staging database does not let the configured login in \(28P01\)\. /)
})

test('a login that may do more than its part keeps the server from starting', async () => {
  await stores.superuser('production').query('GRANT UPDATE (version) ON active_version TO api')
  onTestFinished(async () => {
    await stores.superuser('production').query('REVOKE UPDATE ON active_version FROM api')
  })

  const refusal = await refusalToServe(apiSettings(stores.address))

  expect(refusal).toMatch(
    /^The database login api has more rights in the production store .*UPDATE on active_version\.version/,
  )
})

test('a worker is a process of its own, with its own logins, until it is asked to stop', async () => {
  const {
    process: child,
    errors,
    ended,
  } = spawnCountersign(['--import', 'tsx', 'src/worker.ts', 'staging'], {
    CONTROL_DATABASE_URL: stores.address('control', 'worker_staging'),
    STAGING_DATABASE_URL: stores.address('staging', 'worker_staging'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: await freshNamespace(),
  })
  await vi.waitFor(() => expect(errors()).toContain('"worker runs"'), { timeout: 30_000 })

  child.kill('SIGTERM')

  expect((await ended).code).toBe(0)
})

test('a worker refuses a queue that does not exist', async () => {
  const { code, errors } = await runCommand(['worker', 'nightly'])

  expect({ code, errors }).toEqual({
    code: 1,
    errors: 'Name the queues to serve: control, development, staging, production.\n',
  })
})

const suffix = randomUUID().slice(0, 8)

afterAll(async () => {
  const client = new Client({ connectionString: inject('superuserUrl') })
  await client.connect()
  for (const store of storeKinds) await client.query(`DROP DATABASE IF EXISTS fresh_${store}_${suffix}`)
  await client.end()
})

test('prepare, migrate and bootstrap lead from empty servers to an organization, and only once', async () => {
  const address = addressOf(inject('superuserUrl'), (store) => `fresh_${store}_${suffix}`)
  const everyLogin = storeKinds.flatMap((store) => [
    [`${store.toUpperCase()}_DATABASE_URL_ADMINISTRATOR`, inject('superuserUrl')],
    ...(['migrator', ...loginRoles] as const).map((role) => [
      `${store.toUpperCase()}_DATABASE_URL_${role.toUpperCase()}`,
      address(store, role),
    ]),
  ])
  const settings = Object.fromEntries(everyLogin) as Settings
  const owner = ['bootstrap', '--organization', 'Example Health', '--owner', 'Ada Owner']

  expect(await runCommand(['prepare'], settings)).toMatchObject({ code: 0, errors: '' })
  expect((await runCommand(owner, settings)).errors).toContain('Run "countersign migrate".')
  expect(await runCommand(['migrate'], settings)).toMatchObject({ code: 0, errors: '' })
  expect(await runCommand(['prepare'], settings)).toMatchObject({ code: 0, errors: '' })
  const made = await runCommand(owner, settings)
  const again = await runCommand(owner, settings)

  expect(made.output.match(/csk_org_\w+/g)).toHaveLength(1)
  expect(again).toMatchObject({ code: 1, output: '' })
  expect(again.errors).toContain('There is an organization already.')
})
