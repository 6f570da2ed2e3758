import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, expect, inject, test, vi } from 'vitest'
import { openClient } from '../../examples/demo/client.ts'
import { openNarrative } from '../../examples/demo/narrative.ts'
import { tellStory } from '../../examples/demo/story.ts'
import { migrateAll } from '../../src/db/migrate-all.ts'
import { prepareCluster } from '../../src/db/prepare-cluster.ts'
import { type StoreAddress, type StoreName, sharedStores } from '../../src/db/stores.ts'
import { startPostgres } from '../../src/embedded/postgres.ts'
import { runWorkers } from '../../src/runtime/run-workers.ts'
import { startApi } from '../../src/runtime/start-api.ts'
import type { EnvironmentKind } from '../../src/services/context.ts'
import { bootstrap } from '../../src/services/organizations/bootstrap.ts'
import { addressOf, installation, passwords } from '../support/cluster.ts'
import { sealingMasters } from '../support/sealing.ts'
import { freshNamespace } from '../support/stores.ts'

vi.setConfig({ testTimeout: 180_000 })
Runtime.install({ logger: new DefaultLogger('ERROR') })

const suffix = crypto.randomUUID().slice(0, 8)
const databaseOf = (store: StoreName) => `apart_${store}_${suffix}`

/** A second PostgreSQL, which shares nothing with the first: no role, no password, no folder. */
async function openSecondCluster() {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-second-'))
  await chmod(folder, 0o755)
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), durable: false })
  afterAll(async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
    await rm(postgres.folder, { recursive: true, force: true })
  })
  return postgres.superuserUrl
}

test('the whole story is told with staging in one PostgreSQL cluster and production in another', async () => {
  const first = inject('superuserUrl')
  const second = await openSecondCluster()
  const inSecond = new Set<StoreName>(['staging', 'development'])
  for (const superuserUrl of [first, second]) {
    const databases = sharedStores
      .filter(({ name }) => inSecond.has(name) === (superuserUrl === second))
      .map(({ name, kind }) => ({ store: kind, database: databaseOf(name) }))
    await prepareCluster({ superuserUrl, passwords, databases })
  }
  afterAll(async () => {
    const client = new Client({ connectionString: first })
    await client.connect()
    for (const store of ['control', 'production']) {
      await client.query(`DROP DATABASE ${databaseOf(store)} WITH (FORCE)`)
    }
    await client.end()
  })
  const [near, far] = [addressOf(first, databaseOf), addressOf(second, databaseOf)]
  const address: StoreAddress = (store, role) => (inSecond.has(store) ? far : near)(store, role)
  await migrateAll(address, installation)

  const temporal = { address: inject('temporalAddress'), namespace: await freshNamespace() }
  const logger = pino({ level: 'error' })
  const sealingKeys = (kind: EnvironmentKind) => sealingMasters[kind]
  const workers = await runWorkers({ queues: sharedStores, address, temporal, sealingKeys, logger })
  const fingerprintKey = new Uint8Array(32).fill(7)
  const api = await startApi({ address, temporal, fingerprintKey, host: '127.0.0.1', port: 0, logger })
  afterAll(async () => {
    await api.stop()
    await workers.stop()
  })
  const { organization, environments, owner, keys } = await bootstrap(
    { stores: api.stores },
    { organizationName: 'Northlake Care Network', ownerName: 'Olivia Marsh' },
  )

  const narrative = openNarrative(() => {})
  const opening = { organization, environments, owner, ownerKey: keys.organization }
  await tellStory(openClient(api.url), opening, address, narrative)

  expect(narrative.checked).toBeGreaterThan(30)
  const ports = [...api.stores.environments.values()].map(({ pool }) => pool.options.connectionString)
  expect(new Set(ports.map((url) => new URL(url ?? '').port)).size).toBe(2)
})
