import type { ClientBase } from 'pg'
import type { LoginRole } from './rights/right.ts'

export const loginRoles: readonly LoginRole[] = Object.freeze([
  'api',
  'worker_control',
  'worker_staging',
  'worker_development',
  'worker_production',
  'signer',
  'auditor',
])

export type RolePasswords = Readonly<Record<LoginRole | 'migrator', string>>

// Roles belong to the cluster, so the lock is taken in its one database that always exists.
const rolesLock = 7_203_114_551

/**
 * Creates the cluster's roles where they are missing and sets the passwords of those that log in. `owner` owns every
 * object and `across_organizations` a few functions; neither logs in. Expects a superuser's client connected to the
 * database `postgres`.
 */
export async function prepareRoles(client: ClientBase, passwords: RolePasswords): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [rolesLock])
    for (const role of ['owner', 'across_organizations', 'migrator', ...loginRoles]) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
      if (rowCount === 0) await client.query(`CREATE ROLE ${role} NOINHERIT`)
    }
    await client.query('ALTER ROLE owner NOLOGIN')
    await client.query('ALTER ROLE across_organizations NOLOGIN')
    await client.query('ALTER ROLE migrator INHERIT')
    await client.query('GRANT owner, across_organizations TO migrator')
    await client.query('REVOKE ALL ON DATABASE postgres FROM PUBLIC')
    await client.query('REVOKE ALL ON DATABASE template1 FROM PUBLIC')
    for (const role of ['migrator', ...loginRoles] as const) {
      await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(passwords[role])}`)
    }
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/**
 * Creates the database where it is missing, gives it to `owner`, and lets in only the logins that have rights there.
 * Expects a superuser's client.
 */
export async function prepareDatabase(
  client: ClientBase,
  database: string,
  logins: readonly LoginRole[],
): Promise<void> {
  const name = client.escapeIdentifier(database)
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
  if (rowCount === 0)
    await client.query(`CREATE DATABASE ${name} OWNER owner ENCODING 'UTF8' TEMPLATE template0`)
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
  await client.query(`GRANT CONNECT ON DATABASE ${name} TO migrator, ${logins.join(', ')}`)
}
