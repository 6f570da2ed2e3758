import type { ClientBase } from 'pg'
import { controlRights } from './control.ts'
import { developmentRights, productionRights, stagingRights } from './environment.ts'
import type { Columns, RightsByRole, StoreKind, StoreRights } from './right.ts'

const rightsByStore: Readonly<Record<StoreKind, RightsByRole>> = Object.freeze({
  control: controlRights,
  development: developmentRights,
  staging: stagingRights,
  production: productionRights,
})

/** What every login may do in a store of this kind. */
export function rightsOf(store: StoreKind): RightsByRole {
  return rightsByStore[store]
}

function privilege(name: string, columns: Columns): string {
  return columns === 'all' ? name : `${name} (${columns.map((column) => `"${column}"`).join(', ')})`
}

function statements(role: string, rights: StoreRights): readonly string[] {
  const granted: string[] = [`GRANT USAGE ON SCHEMA public TO ${role}`]
  for (const [table, right] of Object.entries(rights.tables)) {
    const privileges = [
      ...(right.select ? [privilege('SELECT', right.select)] : []),
      ...(right.insert ? [privilege('INSERT', right.insert)] : []),
      ...(right.update ? [privilege('UPDATE', right.update)] : []),
      ...(right.delete ? ['DELETE'] : []),
    ]
    granted.push(`GRANT ${privileges.join(', ')} ON "${table}" TO ${role}`)
  }
  for (const signature of rights.functions) granted.push(`GRANT EXECUTE ON FUNCTION ${signature} TO ${role}`)
  return granted
}

/**
 * Makes the store's grants exactly what `rightsOf` says: everything is taken away first, from PUBLIC too. Expects a
 * client inside a transaction, logged in as a member of every role that owns an object.
 */
export async function applyRights(client: ClientBase, store: StoreKind): Promise<void> {
  const rights = rightsOf(store)
  await client.query('REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM PUBLIC')
  await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC')
  await client.query('DELETE FROM log_right')
  for (const [role, ofRole] of Object.entries(rights)) {
    await client.query(`REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role}`)
    await client.query(`REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM ${role}`)
    for (const statement of statements(role, ofRole)) await client.query(statement)
    for (const type of ofRole.appends) {
      await client.query('INSERT INTO log_right (role, type) VALUES ($1, $2)', [role, type])
    }
  }
}
