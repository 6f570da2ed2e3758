import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { rightsOf } from '../../../../src/db/rights/apply.ts'
import { storeKinds } from '../../../../src/db/stores.ts'
import { openStores } from '../../../support/stores.ts'
import { authorizedPromotion } from '../approval.ts'
import { attack } from '../attack.ts'
import { newWorld, type World } from '../fixture.ts'
import { speakingAs } from '../session.ts'

const stores = await openStores()
let world: World
let other: World

beforeAll(async () => {
  world = await newWorld(stores)
  other = await newWorld(stores)
  await authorizedPromotion(other)
})

const seen = 'SELECT DISTINCT organization FROM person'

test('an owner of tables passes by row-level security, unless it is forced: here it is', async () => {
  const looking = (organization: string | null) =>
    speakingAs({ stores, login: 'owner', organization }, (session) => session.query(seen))
  expect(await looking(world.organization)).toEqual([{ organization: world.organization }])
  expect(await looking(null)).toEqual([])
})

test.each(storeKinds)('TRUNCATE asks no policy, and no login of %s may', async (store) => {
  const { rows } = await stores.superuser(store).query(
    `SELECT login, relname FROM unnest($1::text[]) AS login, pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_table_privilege(login, oid, 'TRUNCATE')`,
    [Object.keys(rightsOf(store))],
  )
  expect(rows).toEqual([])
})

test('TRUNCATE by the login that writes people empties nothing', async () => {
  const trying = attack({ stores, login: 'api', organization: world.organization }, (session) =>
    session.query('TRUNCATE approver_group_member'),
  )
  expect(await trying).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
})

describe('a view reads with the rights of its owner', () => {
  test('who is held by the forced policy: it shows an organization its own rows', async () => {
    const looking = (organization: string | null) =>
      speakingAs({ stores, login: 'worker_production', organization }, (session) =>
        session.query('SELECT DISTINCT organization FROM authorized_item'),
      )
    expect(await looking(other.organization)).toEqual([{ organization: other.organization }])
    expect(await looking(world.organization)).toEqual([])
    expect(await looking(null)).toEqual([])
  })

  test.each(storeKinds)(
    'so every view of %s belongs to that owner and lets no condition in before',
    async (store) => {
      const { rows } = await stores.superuser(store).query(
        `SELECT relname, pg_get_userbyid(relowner) AS owner, relkind, coalesce(reloptions, '{}') AS options
         FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')`,
      )
      for (const { relname, owner, relkind, options } of rows) {
        expect({ relname, owner, relkind, barrier: options.join().includes('security_barrier') }).toEqual({
          relname,
          owner: 'owner',
          relkind: 'v',
          barrier: true,
        })
      }
    },
  )
})

test('a function with its owner’s rights is held by the same policy: nobody of another organization stands', async () => {
  const asking = (organization: string | null) =>
    speakingAs({ stores, login: 'api', organization }, (session) =>
      session.query('SELECT active FROM standing_of($1, $2)', [other.owner, other.production]),
    )
  expect(await asking(other.organization)).toEqual([{ active: true }])
  expect(await asking(world.organization)).toEqual([])
  expect(await asking(null)).toEqual([])
})

test('policies are OR-ed, and yet one careless policy opens nothing: the one that keeps is restrictive', async () => {
  const client = await stores.superuser('control').connect()
  try {
    await client.query('BEGIN')
    await client.query('CREATE POLICY careless ON person AS PERMISSIVE FOR ALL TO PUBLIC USING (true)')
    await client.query('SET LOCAL ROLE api')
    await client.query("SELECT set_config('countersign.organization', $1, true)", [world.organization])
    expect((await client.query(seen)).rows).toEqual([{ organization: world.organization }])
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
})

test('after a transaction the setting is an empty string, which is no error and no organization', async () => {
  const client = await stores.pool('control', 'api').pool.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('countersign.organization', $1, true)", [world.organization])
    await client.query('COMMIT')
    const { rows } = await client.query("SELECT current_setting('countersign.organization', true) AS setting")
    expect(rows).toEqual([{ setting: '' }])
    expect((await client.query(seen)).rows).toEqual([])
  } finally {
    client.release()
  }
})

test('a setting for the whole session would lead the next one astray, so one place sets it, for a transaction', async () => {
  const client = await stores.pool('control', 'api').pool.connect()
  try {
    await client.query("SELECT set_config('countersign.organization', $1, false)", [other.organization])
    expect((await client.query(seen)).rows).toEqual([{ organization: other.organization }])
    await client.query('BEGIN')
    await client.query("SELECT set_config('countersign.organization', $1, true)", [world.organization])
    expect((await client.query(seen)).rows).toEqual([{ organization: world.organization }])
    await client.query('COMMIT')
  } finally {
    client.release(true)
  }
  const source = fileURLToPath(new URL('../../../../src', import.meta.url))
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(100)
  const setting: string[] = []
  for (const file of files) {
    if (/set_config|countersign\.organization/.test(await readFile(join(source, file), 'utf8')))
      setting.push(file)
  }
  expect(setting).toEqual(['db/transaction.ts'])
})

describe('a login can set the organization itself, so this is a net and no boundary', () => {
  test('whoever has its SQL speaks for any organization', async () => {
    const speaking = { stores, login: 'api', organization: world.organization } as const
    const looking = speakingAs(speaking, async (session) => {
      await session.query("SELECT set_config('countersign.organization', $1, true)", [other.organization])
      return session.query(seen)
    })
    expect(await looking).toEqual([{ organization: other.organization }])
  })

  test('but for one at a time, and for none by a pattern', async () => {
    const speaking = { stores, login: 'api', organization: null } as const
    for (const setting of ['', '%', '*', 'null']) {
      const trying = attack(speaking, async (session) => {
        await session.query("SELECT set_config('countersign.organization', $1, true)", [setting])
        return session.query(seen)
      })
      const { outcome, ...rest } = await trying
      expect(outcome === 'accepted' ? rest : { result: [] }).toMatchObject({ result: [] })
    }
  })

  test('and with no more than the rights of the login: not its log, not a decision, not another’s key', async () => {
    const speaking = { stores, login: 'api', organization: other.organization } as const
    for (const text of [
      'DELETE FROM log_entry',
      "UPDATE log_entry SET type = 'nothing.happened'",
      'UPDATE promotion_revision SET contributors = DEFAULT',
      "UPDATE api_key SET secret_digest = sha256('known')",
      'INSERT INTO stream_event SELECT * FROM stream_event',
      'SET ROLE across_organizations',
      'SET ROLE owner',
      'ALTER TABLE person NO FORCE ROW LEVEL SECURITY',
      'DROP POLICY one_organization ON person',
    ]) {
      const trying = attack(speaking, (session) => session.query(text))
      expect(await trying).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    }
  })
})

describe('keys tell nothing of another organization', () => {
  // Minted by the program and never chosen by who asks; a bearer has to be found by its id alone.
  const foundById = ['api_key_id_key', 'sign_in_token_id_key']

  test.each(storeKinds)('since every unique key of %s carries the organization', async (store) => {
    const { rows } = await stores.superuser(store).query(
      `SELECT relname AS name, array(SELECT attname::text FROM unnest(indkey) AS number
                JOIN pg_attribute ON attrelid = indrelid AND attnum = number) AS columns
         FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indisunique AND relnamespace = 'public'::regnamespace AND EXISTS (
          SELECT FROM pg_attribute WHERE attrelid = indrelid AND attname = 'organization')`,
    )
    expect(rows.length).toBeGreaterThan(3)
    const without = rows.filter(({ columns }) => !columns.includes('organization')).map(({ name }) => name)
    expect(without.filter((name) => !foundById.includes(name))).toEqual([])
  })

  test('so the same name and the same id are free in each', async () => {
    const trying = attack({ stores, login: 'api', organization: world.organization }, async (session) => {
      await session.put('actor', { id: other.owner, kind: 'human' })
      await session.put('environment', { id: other.production, kind: 'production', name: 'theirs' })
      throw new Error('enough was seen')
    })
    await expect(trying).rejects.toThrow('enough was seen')
  })

  test('and a reference to what another one has fails as one to nothing', async () => {
    const refer = (environment: string) =>
      attack({ stores, login: 'api', organization: world.organization }, (session) =>
        session.put('environment_member', { environment, actor: world.outsider, role: 'engineer' }),
      )
    const theirs = await refer(other.staging)
    expect(theirs).toMatchObject({ outcome: 'refused', code: '23503', changed: false })
    expect(await refer(uuidv7())).toEqual(theirs)
  })
})

test('no role but the superuser bypasses row-level security, and no login becomes one that sees all', async () => {
  const { rows: bypassing } = await stores
    .superuser('control')
    .query('SELECT rolname FROM pg_roles WHERE rolbypassrls AND NOT rolsuper')
  expect(bypassing).toEqual([])
  const { rows: members } = await stores.superuser('control').query(
    `SELECT login FROM unnest($1::text[]) AS login
      WHERE pg_has_role(login, 'across_organizations', 'MEMBER') OR pg_has_role(login, 'owner', 'MEMBER')
         OR (SELECT rolsuper FROM pg_roles WHERE rolname = login)`,
    [[...new Set(storeKinds.flatMap((store) => Object.keys(rightsOf(store))))]],
  )
  expect(members).toEqual([])
})
