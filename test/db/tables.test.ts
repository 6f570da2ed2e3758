import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { is } from 'drizzle-orm'
import { getTableConfig, getViewConfig, PgColumn, PgTable, PgView } from 'drizzle-orm/pg-core'
import type { QueryResultRow } from 'pg'
import { describe, expect, test } from 'vitest'
import type { StoreKind } from '../../src/db/rights/right.ts'
import { storeKinds } from '../../src/db/stores.ts'
import { openStores } from '../support/stores.ts'

const root = join(import.meta.dirname, '../..')
const kindOf = (store: StoreKind) => (store === 'control' ? 'control' : 'environment')

const acrossOrganizations = {
  control: [
    'any_organization',
    'due_deliveries',
    'environments_without_key',
    'find_api_key',
    'find_identity',
    'find_sign_in_token',
    'log_heads_since',
    'next_associated_organization',
    'organizations_without_check_key',
  ],
  environment: ['log_heads_since', 'sealed_with_older_keys'],
}
const withoutOrganization = {
  control: ['follow_right', 'log_right', 'log_store'],
  environment: ['log_right', 'log_store'],
}

// Each is null exactly where a check of its table says so.
const optional: Readonly<Record<'control' | 'environment', readonly string[]>> = {
  control: [
    'asset_restoration_organization_command_fkey: command',
    'asset_restoration_rolled_back_fkey: rolled_back',
    'rollout_completion_fkey: completion',
  ],
  environment: ['performed_act_organization_asset_version_fkey: version'],
}

const stores = await openStores()

describe.each(storeKinds)('the %s database', (store) => {
  test('has a definition for every table and view, and no definition without one', async () => {
    const defined = (await definitions(store)).map(({ name, isView }) => ({ name, kind: isView ? 'v' : 'r' }))
    const existing = await rows<{ name: string; kind: string }>(
      store,
      `SELECT relname::text AS name, relkind::text AS kind FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')`,
    )
    expect(sorted(defined)).toEqual(sorted(existing))
  })

  test('has the columns that the definitions say, of the same type and nullability, filled the same way', async () => {
    const defined = (await definitions(store)).flatMap(({ name: table, isView, columns }) =>
      columns.map((column) => ({
        column: `${table}.${column.name}`,
        type: column.getSQLType(),
        // PostgreSQL does not say which columns of a view are never null.
        required: isView ? null : column.notNull,
        filled: column.generated ? 'generated' : column.hasDefault ? 'by default' : 'by the caller',
      })),
    )
    const existing = await rows(
      store,
      `SELECT relname || '.' || attname AS column,
              format_type(coalesce(nullif(typbasetype, 0), atttypid), CASE WHEN typbasetype = 0 THEN atttypmod END) AS type,
              CASE WHEN relkind = 'r' THEN attnotnull END AS required,
              CASE WHEN attgenerated <> '' OR attidentity <> '' THEN 'generated' WHEN atthasdef THEN 'by default'
                   ELSE 'by the caller' END AS filled
       FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_type ON pg_type.oid = atttypid
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped`,
    )
    expect(sorted(defined)).toEqual(sorted(existing))
  })

  test('reads every digest in hexadecimal and every other byte string as bytes', async () => {
    const defined = (await definitions(store)).flatMap(({ name: table, columns }) =>
      columns
        .filter((column) => column.getSQLType() === 'bytea')
        .map((column) => ({
          column: `${table}.${column.name}`,
          digest: typeof column.mapFromDriverValue(Buffer.alloc(32)) === 'string',
        })),
    )
    // A generated column cannot be of the domain, so that its name tells.
    const existing = await rows(
      store,
      `SELECT relname || '.' || attname AS column, typname = 'digest' OR attname ~ 'digest$' AS digest
       FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_type ON pg_type.oid = atttypid
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0
         AND (typname = 'digest' OR typname = 'bytea')`,
    )
    expect(sorted(defined)).toEqual(sorted(existing))
  })

  test('keeps every table by organization, but for those that speak of the database itself', async () => {
    const policies = await rows<{ name: string }>(
      store,
      `SELECT relname AS name, relrowsecurity AS enabled, relforcerowsecurity AS forced,
              array(SELECT polname || ' ' || polpermissive::text || ' ' || polcmd::text || ' ' || polroles::text
                    FROM pg_policy WHERE polrelid = pg_class.oid ORDER BY 1) AS policies
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND EXISTS (
         SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'organization')`,
    )
    const tables = (await definitions(store)).filter(({ isView }) => !isView).map(({ name }) => name)
    expect(policies.map(({ name }) => name).toSorted()).toEqual(
      tables.filter((name) => !withoutOrganization[kindOf(store)].includes(name)).toSorted(),
    )
    for (const row of policies) {
      expect(row).toEqual({
        name: row.name,
        enabled: true,
        forced: true,
        policies: ['grants_decide true * {0}', 'one_organization false * {0}'],
      })
    }
  })

  test('lets no column of a key be null, but where a check says which rows name nothing', async () => {
    const keyColumns = await rows<{ column: string; required: boolean }>(
      store,
      `SELECT key.name || ': ' || attname AS column, attnotnull AS required FROM (
         SELECT conname::text AS name, conrelid AS relation, unnest(conkey) AS number FROM pg_constraint
         WHERE contype IN ('p', 'u', 'f') AND connamespace = 'public'::regnamespace
         UNION SELECT indexrelid::regclass::text, indrelid, unnest(indkey) FROM pg_index JOIN pg_class ON oid = indrelid
         WHERE indisunique AND relnamespace = 'public'::regnamespace) AS key
       JOIN pg_attribute ON attrelid = key.relation AND attnum = key.number`,
    )
    expect(keyColumns.length).toBeGreaterThan(20)
    const mayBeNull = keyColumns.filter(({ required }) => !required).map(({ column }) => column)
    expect(mayBeNull.toSorted()).toEqual(optional[kindOf(store)])
  })

  test('lets a row refer only to rows of its own organization', async () => {
    const foreignKeys = await rows<{ key: string; pairs: string[] }>(
      store,
      `SELECT conrelid::regclass || ' ' || conname AS key, array(
         SELECT here.attname || '=' || there.attname FROM unnest(conkey, confkey) AS pair(here, there)
         JOIN pg_attribute AS here ON here.attrelid = conrelid AND here.attnum = pair.here
         JOIN pg_attribute AS there ON there.attrelid = confrelid AND there.attnum = pair.there) AS pairs
       FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
    )
    expect(foreignKeys.length).toBeGreaterThan(3)
    expect(foreignKeys.filter(({ pairs }) => !pairs.includes('organization=organization'))).toEqual([])
  })

  test('pins the search path of every function that runs with its owner’s rights', async () => {
    const definers = await rows<{ name: string; path: string | null }>(
      store,
      `SELECT proname AS name, (SELECT setting FROM unnest(proconfig) AS setting WHERE setting ~ '^search_path=') AS path
       FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`,
    )
    expect(definers.length).toBeGreaterThan(1)
    expect(definers.filter(({ path }) => path !== 'search_path=pg_catalog, public, pg_temp')).toEqual([])
  })

  test('gives the role that sees all organizations a few functions and nothing else', async () => {
    const owned = await rows<{ name: string }>(
      store,
      `SELECT proname AS name FROM pg_proc WHERE proowner = 'across_organizations'::regrole
       UNION ALL SELECT relname FROM pg_class WHERE relowner = 'across_organizations'::regrole`,
    )
    expect(owned.map(({ name }) => name).toSorted()).toEqual(acrossOrganizations[kindOf(store)])
    expect(
      await rows(
        store,
        `SELECT has_schema_privilege('across_organizations', 'public', 'CREATE') AS may_create`,
      ),
    ).toEqual([{ may_create: false }])
  })
})

test.each(['control', 'environment'])(
  'the journal of %s lists every migration, numbered and dated in the order of their names',
  async (kind) => {
    const folder = join(root, 'drizzle', kind)
    const journal = JSON.parse(await readFile(join(folder, 'meta/_journal.json'), 'utf8'))
    const entries: readonly { idx: number; when: number; tag: string }[] = journal.entries
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted()
    expect(entries.map(({ tag }) => `${tag}.sql`)).toEqual(files)
    expect(entries.map(({ idx }) => idx)).toEqual(files.map((_, index) => index))
    expect(entries.map(({ tag }) => Number(tag.slice(0, 4)))).toEqual(files.map((_, index) => index))
    const dates = entries.map(({ when }) => when)
    expect(dates).toEqual([...new Set(dates)].toSorted((one, other) => one - other))
  },
)

test.each(['0000_ground.sql', '0001_log.sql'])('every database begins with the same %s', async (file) => {
  const [control, environment] = await Promise.all(
    ['control', 'environment'].map((kind) => readFile(join(root, 'drizzle', kind, file), 'utf8')),
  )
  expect(environment).toBe(control)
})

interface Definition {
  readonly name: string
  readonly isView: boolean
  readonly columns: readonly PgColumn[]
}

async function definitions(store: StoreKind): Promise<readonly Definition[]> {
  const folders = [kindOf(store), 'log', 'every-store'].map((folder) => join(root, 'src/db', folder))
  const files = (
    await Promise.all(
      folders.map(async (folder) => (await readdir(folder)).map((file) => join(folder, file))),
    )
  ).flat()
  return Promise.all(
    files.map(async (file) => {
      const exported = Object.entries<unknown>(await import(/* @vite-ignore */ file))
      const [only] = exported
      if (only === undefined || exported.length !== 1)
        throw new Error(`${file} does not export one definition`)
      const [exportName, value] = only
      const definition = describeDefinition(value)
      expect(file).toMatch(new RegExp(`/${definition.name.replaceAll('_', '-')}\\.ts$`))
      expect(exportName).toBe(definition.name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()))
      return definition
    }),
  )
}

function describeDefinition(value: unknown): Definition {
  if (is(value, PgTable)) {
    const { name, columns } = getTableConfig(value)
    return { name, columns, isView: false }
  }
  if (!is(value, PgView)) throw new TypeError('neither a table nor a view')
  const { name, selectedFields } = getViewConfig(value)
  return { name, columns: Object.values(selectedFields).filter((field) => is(field, PgColumn)), isView: true }
}

async function rows<Row extends QueryResultRow>(store: StoreKind, query: string): Promise<Row[]> {
  return (await stores.superuser(store).query<Row>(query)).rows
}

function sorted(values: readonly object[]): readonly string[] {
  return values.map((value) => JSON.stringify(value)).toSorted()
}
