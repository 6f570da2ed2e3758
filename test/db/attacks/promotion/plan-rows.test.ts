import { v7 as uuidv7 } from 'uuid'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { identifier } from '../../../../src/domain/identifiers.ts'
import { openStores } from '../../../support/stores.ts'
import { attack, refusedBy } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import { beginAs, type Row, type Session } from '../session.ts'
import {
  freeze,
  type PlanRows,
  type Promotion,
  plannedPromotion,
  planOf,
  putPlan,
  putRenderedContent,
  requestPromotion,
  rowsOf,
  stored,
} from '../story.ts'

const stores = await openStores()
let world: World
let frozen: Promotion

beforeAll(async () => {
  world = await newWorld(stores)
})

beforeEach(async () => {
  frozen = await freeze(await requestPromotion(world))
  await as(world, 'worker_control', (session) => putRenderedContent(session, frozen))
})

const somebody = identifier<never>(uuidv7())

function writing(rows: PlanRows) {
  const { organization } = world
  return attack({ stores, login: 'worker_control', organization }, (session) => putPlan(session, rows))
}

function replaced(rows: readonly Row[], position: number, change: Row): readonly Row[] {
  return rows.map((row) => (row.position === position ? { ...row, ...change } : row))
}

const items = (position: number, change: Row) => (rows: PlanRows) => ({
  ...rows,
  items: replaced(rows.items, position, change),
})
const steps = (position: number, change: Row) => (rows: PlanRows) => ({
  ...rows,
  steps: replaced(rows.steps, position, change),
})
const revision = (change: Row) => (rows: PlanRows) => ({ ...rows, revision: { ...rows.revision, ...change } })

test.each<[string, string, (rows: PlanRows) => PlanRows]>([
  ['an item is missing', 'items_match_plan', (rows) => ({ ...rows, items: rows.items.slice(1) })],
  ['all items are missing', 'items_match_plan', (rows) => ({ ...rows, items: [] })],
  ['an item goes to another target', 'items_match_plan', items(1, { target_asset: somebody })],
  ['an item has another name', 'items_match_plan', items(1, { name: 'Another' })],
  ['an item is another act', 'items_match_plan', items(1, { action: 'update' })],
  ['a baseline has another version', 'items_match_plan', items(2, { baseline_version: 4 })],
  ['a baseline has another digest', 'items_match_plan', items(2, { baseline_digest: Buffer.alloc(32) })],
  ['a baseline is missing', 'items_match_plan', items(2, { baseline_version: 0, baseline_digest: null })],
  ['a step is missing', 'steps_match_plan', (rows) => ({ ...rows, steps: rows.steps.slice(1) })],
  ['all steps are missing', 'steps_match_plan', (rows) => ({ ...rows, steps: [] })],
  ['a step needs more people', 'steps_match_plan', steps(2, { required: 2 })],
  ['a step has another kind', 'steps_match_plan', steps(1, { kind: 'approval' })],
  ['a step is a system’s', 'steps_match_plan', steps(1, { kind: 'external', public_key: 'A'.repeat(43) })],
  ['a step is of a system without a key', 'step_is_of_people_or_of_a_system', steps(1, { kind: 'external' })],
  [
    'a step of people has a key',
    'step_is_of_people_or_of_a_system',
    steps(1, { public_key: 'A'.repeat(43) }),
  ],
  [
    'a step of a system names a group',
    'step_is_of_people_or_of_a_system',
    steps(2, { kind: 'external', public_key: 'A'.repeat(43) }),
  ],
  [
    'a step of a system has no key that could be one',
    'step_is_of_people_or_of_a_system',
    steps(1, { kind: 'external', public_key: 'any' }),
  ],
  ['a step has another name', 'steps_match_plan', steps(1, { name: 'glance' })],
  ['a step is for another group', 'steps_match_plan', steps(2, { groups: ['everybody'] })],
  ['a step is for no group', 'steps_match_plan', steps(2, { groups: [] })],
  ['fewer decisions are required', 'steps_match_plan', revision({ required_decisions: 1 })],
  ['more decisions are required', 'steps_match_plan', revision({ required_decisions: 3 })],
])('no plan is stored when %s', async (_, constraint, change) => {
  expect(await writing(change(rowsOf(planOf(frozen))))).toEqual(refusedBy('23514', constraint))
})

test('no plan is stored with other rendered bytes than it names', async () => {
  const other = stored({ smuggled: true })
  await as(world, 'worker_control', (session) =>
    session.put('content', { digest: Buffer.from(other.digest, 'hex'), bytes: other.bytes }),
  )
  const rows = items(1, { rendered_digest: Buffer.from(other.digest, 'hex') })(rowsOf(planOf(frozen)))
  expect(await writing(rows)).toEqual(refusedBy('23514', 'items_match_plan'))
})

test.each<[string, string, Row]>([
  [
    'content that is not stored',
    'promotion_item_organization_rendered_digest_fkey',
    { rendered_digest: Buffer.alloc(32) },
  ],
  [
    'a version that was not asked for',
    'promotion_item_organization_promotion_revision_source_asse_fkey',
    { source_version: 8 },
  ],
  [
    'an asset that was not asked for',
    'promotion_item_organization_promotion_revision_source_asse_fkey',
    { source_asset: somebody },
  ],
  [
    'a type that was not asked for',
    'promotion_item_organization_promotion_revision_source_asse_fkey',
    { type: 'destination' },
  ],
])('no item is about %s', async (_, constraint, change) => {
  expect(await writing(items(1, change)(rowsOf(planOf(frozen))))).toEqual(refusedBy('23503', constraint))
})

describe('a stored plan', () => {
  const later: readonly [string, string, (rows: PlanRows, session: Session) => Promise<void>][] = [
    [
      'item',
      'items_match_plan',
      (rows, session) =>
        session.put('promotion_item', { ...rows.items[0], position: 3, target_asset: somebody }),
    ],
    [
      'step',
      'steps_match_plan',
      (rows, session) => session.put('promotion_step', { ...rows.steps[0], position: 3 }),
    ],
  ]

  test.each(later)('gets no %s later', async (_, constraint, add) => {
    const { rows } = await plannedPromotion(world)
    const adding = attack({ stores, login: 'worker_control', organization: world.organization }, (session) =>
      add(rows, session),
    )
    expect(await adding).toEqual(refusedBy('23514', constraint))
  })

  test('is looked at on commit, when nobody asked for it earlier', async () => {
    const rows = rowsOf(planOf(frozen))
    const pool = stores.pool('control', 'worker_control').pool
    const client = await pool.connect()
    try {
      const speaking = { stores, login: 'worker_control', organization: world.organization } as const
      await putPlan(await beginAs(client, speaking), { ...rows, steps: [] })
      const commit = client.query('COMMIT')
      await expect(commit).rejects.toMatchObject({ code: '23514', constraint: 'steps_match_plan' })
    } finally {
      client.release(true)
    }
    const left = await as(world, 'worker_control', (session) =>
      session.query('SELECT FROM promotion_revision WHERE promotion = $1', [frozen.id]),
    )
    expect(left).toEqual([])
  })

  test.each(['replica', 'origin'])(
    'matches its rows under a superuser whose replication role is %s',
    async (role) => {
      const lying = attack(
        { stores, login: 'superuser', organization: world.organization },
        async (session) => {
          await session.query(`SET LOCAL session_replication_role = ${role}`)
          await putPlan(session, items(1, { name: 'Another' })(rowsOf(planOf(frozen))))
        },
      )
      expect(await lying).toEqual(refusedBy('23514', 'items_match_plan'))
    },
  )
})
