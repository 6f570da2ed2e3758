import { Client } from 'pg'
import { afterAll, inject } from 'vitest'
import { migrateAll } from '../../src/db/migrate-all.ts'
import { rightsOf } from '../../src/db/rights/apply.ts'
import type { LoginRole } from '../../src/db/rights/right.ts'
import { prepareDatabase } from '../../src/db/roles.ts'
import type { Store } from '../../src/db/stores.ts'
import { installation } from './cluster.ts'
import type { TestStores } from './stores.ts'

async function asSuperuser(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: inject('superuserUrl') })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** Gives a test file's installation stores with a name of their own, as `prepare` and `migrate` do. */
export async function openNamedStores({ address }: TestStores, namedStores: readonly Store[]): Promise<void> {
  if (namedStores.length === 0) return
  const databaseOf = (name: string) => new URL(address(name, 'migrator')).pathname.slice(1)
  await asSuperuser(async (client) => {
    for (const { name, kind } of namedStores) {
      await prepareDatabase(client, databaseOf(name), Object.keys(rightsOf(kind)) as LoginRole[])
    }
  })
  afterAll(() =>
    asSuperuser(async (client) => {
      for (const { name } of namedStores) {
        await client.query(`DROP DATABASE ${client.escapeIdentifier(databaseOf(name))} WITH (FORCE)`)
      }
    }),
  )
  await migrateAll(address, installation, namedStores)
}
