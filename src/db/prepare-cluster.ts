import { Client } from 'pg'
import { rightsOf } from './rights/apply.ts'
import type { LoginRole, StoreKind } from './rights/right.ts'
import { prepareDatabase, prepareRoles, type RolePasswords } from './roles.ts'

/** One PostgreSQL cluster and the stores it is to hold, each under the name of its database. */
export interface ClusterPlan {
  /** Connects to the database `postgres` as a superuser. */
  readonly superuserUrl: string
  readonly passwords: RolePasswords
  readonly databases: readonly { readonly store: StoreKind; readonly database: string }[]
}

/** Creates the cluster's roles and databases where they are missing. Safe to repeat, and to run twice at once. */
export async function prepareCluster({ superuserUrl, passwords, databases }: ClusterPlan): Promise<void> {
  const client = new Client({ connectionString: superuserUrl, application_name: 'countersign prepare' })
  await client.connect()
  try {
    await prepareRoles(client, passwords)
    for (const { store, database } of databases) {
      await prepareDatabase(client, database, Object.keys(rightsOf(store)) as LoginRole[])
    }
  } finally {
    await client.end()
  }
}
