import { Client } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { rightsOf } from '../../../src/db/rights/apply.ts'
import type { LoginRole, StoreKind } from '../../../src/db/rights/right.ts'
import { loginRoles } from '../../../src/db/roles.ts'
import { storeKinds } from '../../../src/db/stores.ts'
import { openStores } from '../../support/stores.ts'
import { authorizedPromotion, receive } from './approval.ts'
import { attack, deniedOn, foreignRow } from './attack.ts'
import { newWorld, noSecret, type World } from './fixture.ts'
import { poolOf } from './session.ts'
import { putCommand, requestPromotion, snapshotRow } from './story.ts'

const stores = await openStores()
let world: World
let other: World

beforeAll(async () => {
  world = await newWorld(stores)
  other = await newWorld(stores)
  await receive(await authorizedPromotion(other))
})

const ofNobody = ['log_store', 'follow_right', 'log_right']
const doors = storeKinds.flatMap((store) =>
  Object.keys(rightsOf(store)).map((login) => ({ store, login: login as LoginRole })),
)

function tablesOf(store: StoreKind, login: LoginRole): readonly string[] {
  const tables = rightsOf(store)[login]?.tables ?? {}
  return Object.keys(tables).filter(
    (table) => !ofNobody.includes(table) && tables[table]?.select !== undefined,
  )
}

describe.each(doors)('$login in $store', ({ store, login }) => {
  test.each(['in another organization', 'outside every organization'])('sees no row %s', async (where) => {
    const organization = where === 'in another organization' ? uuidv7() : null
    const tables = tablesOf(store, login)
    const looking = attack({ stores, store, login, organization }, async (session) => {
      const rows = []
      for (const table of tables) rows.push([table, (await session.query(`SELECT FROM "${table}"`)).length])
      return rows
    })
    const nothing = tables.map((table) => [table, 0])
    expect(await looking).toEqual({ outcome: 'accepted', result: nothing, changed: false })
  })
})

test.each(['api', 'worker_control'] as const)('%s sees rows of its organization only', async (login) => {
  for (const table of ['person', 'promotion', 'decision', 'receipt', 'log_entry', 'event_index']) {
    const looking = attack({ stores, login, organization: other.organization }, (session) =>
      session.query(`SELECT DISTINCT organization FROM ${table}`),
    )
    expect(await looking).toMatchObject({ result: [{ organization: other.organization }] })
  }
})

const writes: readonly [LoginRole, string, () => Record<string, unknown>][] = [
  ['api', 'actor', () => ({ id: uuidv7(), kind: 'human' })],
  ['api', 'approver_group', () => ({ name: 'theirs' })],
  ['api', 'organization_member', () => ({ person: other.outsider, role: 'owner', auditor: false })],
  ['api', 'content', () => ({ digest: Buffer.alloc(32), bytes: Buffer.from('a') })],
  ['worker_control', 'asset_fence', () => ({ asset: uuidv7(), fence: 1 })],
  ['worker_control', 'promotion_target_lock', () => ({ asset: uuidv7(), promotion: uuidv7() })],
]

test.each(writes)('%s writes no %s of another organization', async (login, table, row) => {
  for (const organization of [world.organization, null]) {
    const trying = attack({ stores, login, organization }, (session) =>
      session.put(table, { ...row(), organization: other.organization }),
    )
    expect(await trying).toEqual(foreignRow(table))
  }
})

test.each([
  ['api', 'UPDATE person SET active = false'],
  ['api', 'DELETE FROM approver_group_member'],
  ['api', 'UPDATE api_key SET revoked_at = now()'],
  ['worker_control', 'UPDATE decision SET withdrawn_at = now()'],
  ['worker_control', "UPDATE promotion SET state = 'failed'"],
  ['worker_control', 'DELETE FROM promotion_source_lock'],
] as const)('%s changes nothing of another organization by: %s', async (login, text) => {
  for (const organization of [uuidv7(), null]) {
    const trying = attack({ stores, login, organization }, (session) => session.query(text))
    expect(await trying).toEqual({ outcome: 'accepted', result: [], changed: false })
  }
})

test('no row is moved to another organization', async () => {
  const trying = attack({ stores, login: 'superuser', organization: world.organization }, async (session) => {
    await session.query('SET LOCAL ROLE owner')
    await session.query('UPDATE denial SET organization = $1', [other.organization])
    await session.query('UPDATE person SET organization = $1', [other.organization])
  })
  expect(await trying).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
})

describe('a pooled connection', () => {
  test.each(['ROLLBACK', 'COMMIT'])('carries no organization over a %s', async (end) => {
    const client = await poolOf({ stores, login: 'api', organization: null }).connect()
    try {
      await client.query('BEGIN')
      await client.query("SELECT set_config('countersign.organization', $1, true)", [other.organization])
      expect((await client.query('SELECT FROM person')).rowCount).toBeGreaterThan(0)
      await expect(client.query('SELECT nothing')).rejects.toMatchObject({ code: '42703' })
      await client.query(end)
      expect((await client.query('SELECT FROM person')).rowCount).toBe(0)
      const { rows } = await client.query('SELECT current_organization() AS organization')
      expect(rows).toEqual([{ organization: null }])
    } finally {
      client.release(true)
    }
  })
})

describe('who may write what', () => {
  const trying = (
    login: LoginRole,
    table: string,
    row: Record<string, unknown>,
    store: StoreKind = 'control',
  ) =>
    attack({ stores, store, login, organization: world.organization }, (session) => session.put(table, row))
  const id = uuidv7()
  const event = {
    stream_kind: 'promotion',
    stream: id,
    seq: 1,
    type: 'planned',
    data: Buffer.from('{}'),
    command: id,
  }

  test.each(loginRoles.filter((login) => login !== 'api'))('%s speaks for nobody', async (login) => {
    const asking = attack({ stores, login, organization: world.organization }, (session) =>
      putCommand(session, world.approverOne, { kind: 'decide', stream: id }),
    )
    expect(await asking).toEqual(deniedOn('command'))
  })

  test.each(loginRoles.filter((login) => login !== 'worker_control'))('%s tells no story', async (login) => {
    expect(await trying(login, 'stream_event', event)).toEqual(deniedOn('stream_event'))
    const answer = { outcome: 'accepted', code: 'planned', detail: '' }
    expect(
      await trying(login, 'answer', { stream_kind: 'promotion', stream: id, command: id, ...answer }),
    ).toEqual(deniedOn('answer'))
  })

  test.each(loginRoles.filter((login) => login !== 'worker_staging'))(
    '%s freezes nothing that staging holds',
    async (login) => {
      const promotion = await requestPromotion(world)
      const [item] = promotion.items
      if (item === undefined) throw new Error('no item')
      const content = { digest: Buffer.from(item.source.digest, 'hex'), bytes: item.source.bytes }
      await trying('worker_staging', 'content', content)
      expect(await trying(login, 'promotion_snapshot', snapshotRow(promotion, item))).toEqual(
        deniedOn('promotion_snapshot'),
      )
    },
  )

  test.each(loginRoles.filter((login) => login !== 'worker_production'))(
    '%s gives no receipt',
    async (login) => {
      expect(await trying(login, 'receipt', { promotion: id })).toEqual(deniedOn('receipt'))
    },
  )

  test.each(['api', 'signer', 'auditor'] as const)('%s writes nothing in production', async (login) => {
    for (const [table, row] of [
      [
        'asset',
        { id, environment: id, type: 'destination', name: 'x', version: 0, created_by: id, updated_by: id },
      ],
      ['content', { digest: noSecret, bytes: Buffer.from('a') }],
      ['asset_version', { asset: id, version: 1, digest: noSecret, name: 'x', author: id, entry: id }],
      ['active_version', { asset: id, version: 1, activated_by: id }],
      ['landing', { promotion: id }],
    ] as const) {
      expect(await trying(login, table, row, 'production')).toEqual(deniedOn(table))
    }
  })

  test.each(['worker_control', 'worker_staging', 'worker_development'] as const)(
    '%s does not enter the production store',
    async (login) => {
      const client = new Client(stores.address('production', login))
      await expect(client.connect()).rejects.toMatchObject({ code: '42501' })
    },
  )

  test.each([
    'promotion_item',
    'promotion_revision',
    'decision',
    'content',
    'promotion',
    'command',
    'person',
  ])('production’s worker does not read %s', async (table) => {
    const looking = attack(
      { stores, login: 'worker_production', organization: other.organization },
      (session) => session.query(`SELECT FROM ${table}`),
    )
    expect(await looking).toEqual(deniedOn(table))
  })

  test.each(['content', 'promotion_snapshot', 'api_key', 'sign_in_token', 'command', 'plan_draft'])(
    'the auditor does not read %s',
    async (table) => {
      const looking = attack({ stores, login: 'auditor', organization: other.organization }, (session) =>
        session.query(`SELECT FROM ${table}`),
      )
      expect(await looking).toEqual(deniedOn(table))
    },
  )
})
