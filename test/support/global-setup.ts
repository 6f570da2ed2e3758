import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { migrateAll } from '../../src/db/migrate-all.ts'
import { prepareCluster } from '../../src/db/prepare-cluster.ts'
import { storeKinds } from '../../src/db/stores.ts'
import { cacheFolder } from '../../src/embedded/data-folder.ts'
import { startPostgres } from '../../src/embedded/postgres.ts'
import { startTemporal } from '../../src/embedded/temporal.ts'
import { findTemporal } from '../../src/embedded/temporal-binary.ts'
import { addressOf, installation, passwords, templateOf } from './cluster.ts'

const namespaces = Array.from({ length: 90 }, (_, place) => `test-${place + 1}`)

/** One real PostgreSQL and one real Temporal for the whole run; every test file clones its own databases. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  // PostgreSQL runs as an account of its own, which has to reach its data below this folder.
  await chmod(folder, 0o755)
  const onProgress = (message: string) => process.stderr.write(`${message}\n`)
  const binary = await findTemporal({
    cacheFolder: cacheFolder(process.env.XDG_CACHE_HOME),
    path: process.env.PATH ?? '',
    onProgress,
  })
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), durable: false, onProgress })
  const temporal = await startTemporal({ folder: join(folder, 'temporal'), binary, namespaces, onProgress })
  const databases = storeKinds.map((store) => ({ store, database: templateOf(store) }))
  await prepareCluster({ superuserUrl: postgres.superuserUrl, passwords, databases })
  await migrateAll(addressOf(postgres.superuserUrl, templateOf), installation)
  const client = new Client({ connectionString: postgres.superuserUrl })
  await client.connect()
  await client.query(`CREATE SEQUENCE test_namespace MAXVALUE ${namespaces.length}`)
  await client.end()

  project.provide('superuserUrl', postgres.superuserUrl)
  project.provide('temporalAddress', temporal.address)
  project.provide('temporalBinary', binary)
  return async () => {
    await temporal.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
    await rm(postgres.folder, { recursive: true, force: true })
  }
}

declare module 'vitest' {
  export interface ProvidedContext {
    superuserUrl: string
    temporalAddress: string
    temporalBinary: string
  }
}
