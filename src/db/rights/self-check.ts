import type { StorePool } from '../pool.ts'
import { rightsOf } from './apply.ts'
import type { Columns, TableRight } from './right.ts'

/** Raised at start when a login may do more than its part; the process must not run with it. */
export class RightsExceeded extends Error {
  override readonly name = 'RightsExceeded'
  readonly excess: readonly string[]

  constructor(login: string, store: string, excess: readonly string[]) {
    super(
      `The database login ${login} has more rights in the ${store} store than it may have: ${excess.join('; ')}. ` +
        'Run the migration again, or take these rights away, before starting this process.',
    )
    this.excess = excess
  }
}

const attributesQuery = `
  SELECT session_user AS login, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
         EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid) AS member,
         EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid) AS owner,
         has_schema_privilege('public', 'CREATE') AS creates,
         has_database_privilege(current_database(), 'TEMPORARY') AS temporary
  FROM pg_roles WHERE rolname = session_user`

const columnsQuery = `
  SELECT pg_class.relname AS table, pg_attribute.attname AS column, held.privilege
  FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
  CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS held(privilege)
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')
    AND has_column_privilege(pg_class.oid, attnum, held.privilege)`

const tablesQuery = `
  SELECT relname AS table, held.privilege
  FROM pg_class CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS held(privilege)
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')
    AND has_table_privilege(pg_class.oid, held.privilege)`

const routinesQuery = `
  SELECT pg_proc.oid::regprocedure::text AS routine FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace AND has_function_privilege(pg_proc.oid, 'EXECUTE')`

function allows(columns: Columns | undefined, column: string): boolean {
  return columns === 'all' || (columns?.includes(column) ?? false)
}

function columnsFor(right: TableRight | undefined, privilege: string): Columns | undefined {
  if (privilege === 'SELECT') return right?.select
  if (privilege === 'INSERT') return right?.insert
  if (privilege === 'UPDATE') return right?.update
  return undefined
}

/**
 * Compares what the pool's login may really do with what it is meant to do.
 *
 * @throws RightsExceeded naming every right too many: an attribute, a membership, a column, a table, a function.
 */
export async function checkOwnRights({ pool, store, name, role }: StorePool): Promise<void> {
  const meant = rightsOf(store)[role] ?? { tables: {}, functions: [], appends: [] }
  const excess: string[] = []
  const attributes = (await pool.query(attributesQuery)).rows[0] as Record<string, unknown>
  const login = String(attributes.login)
  if (login !== role) excess.push(`it is not the login ${role}`)
  for (const [attribute, held] of Object.entries(attributes)) if (held === true) excess.push(attribute)
  for (const row of (await pool.query(columnsQuery)).rows) {
    if (!allows(columnsFor(meant.tables[row.table], row.privilege), row.column)) {
      excess.push(`${row.privilege} on ${row.table}.${row.column}`)
    }
  }
  for (const row of (await pool.query(tablesQuery)).rows) {
    if (row.privilege !== 'DELETE' || !meant.tables[row.table]?.delete)
      excess.push(`${row.privilege} on ${row.table}`)
  }
  for (const row of (await pool.query(routinesQuery)).rows) {
    if (!meant.functions.includes(row.routine)) excess.push(`EXECUTE on ${row.routine}`)
  }
  if (excess.length > 0) throw new RightsExceeded(login, name, excess)
}
