import { v7 as uuidv7 } from 'uuid'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { identifier } from '../../../../src/domain/identifiers.ts'
import type { Plan } from '../../../../src/domain/plan/plan.ts'
import { openStores } from '../../../support/stores.ts'
import { copyPins, copySnapshots, resubmit } from '../approval.ts'
import { attack, refusedBy } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import type { Row } from '../session.ts'
import {
  freeze,
  type PlanRows,
  type Promotion,
  plannedPromotion,
  planOf,
  putCommand,
  putPlan,
  putRenderedContent,
  putSourceContent,
  requestPromotion,
  rowsOf,
  snapshotRow,
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

const withOtherSteps = refusedBy('23514', 'steps_match_policy')
const somebody = identifier<never>(uuidv7())

function writing(rows: PlanRows) {
  const { organization } = world
  return attack({ stores, login: 'worker_control', organization }, (session) => putPlan(session, rows))
}

const revision = (change: Row) => (rows: PlanRows) => ({ ...rows, revision: { ...rows.revision, ...change } })

/** The plan is changed and every row with it, so that only what the plan may not say is wrong. */
function consistently(change: (plan: Plan) => object) {
  const plan = planOf(frozen)
  return writing(rowsOf({ ...plan, ...change(plan) } as Plan))
}

test.each<[string, (plan: Plan) => object]>([
  ['another organization', () => ({ organization: somebody })],
  ['another source', () => ({ source: { environment: somebody } })],
  ['another destination', () => ({ destination: { environment: somebody } })],
  ['another policy version', () => ({ policy: { version: 2, rule: 1 } })],
  ['an unknown format', () => ({ format: 'countersign/plan/1' })],
  ['no format', () => ({ format: undefined })],
])('no plan is stored that speaks of %s', async (_, change) => {
  expect(await consistently(change)).toEqual(refusedBy('23514', 'plan_matches_promotion'))
})

test('no plan is stored that is another promotion’s, or of another revision', async () => {
  const rows = rowsOf(planOf(frozen))
  for (const change of [{ promotion: somebody }, { revision: 2 }]) {
    const { revision: told } = rowsOf({ ...planOf(frozen), ...change } as Plan)
    const row = { ...told, promotion: frozen.id, revision: 1 }
    expect(await writing({ ...rows, revision: row })).toEqual(refusedBy('23514', 'plan_matches_promotion'))
  }
})

test('no plan is stored for somebody who did not ask', async () => {
  const contributors = [world.requester, world.editor, world.outsider].toSorted()
  expect(await consistently(() => ({ requester: world.outsider, contributors }))).toEqual(
    refusedBy('23503', 'promotion_revision_organization_promotion_requester_fkey'),
  )
})

test.each<[string, (plan: Plan) => readonly string[]]>([
  ['an editor out', () => [world.requester]],
  ['nobody out and adds somebody', ({ contributors }) => [...contributors, world.outsider].toSorted()],
  ['nobody out, but out of order', ({ contributors }) => contributors.toReversed()],
  ['nobody out, but names one twice', ({ contributors }) => [...contributors, ...contributors].toSorted()],
])('no plan is stored that leaves %s', async (_, lie) => {
  const lying = await consistently((plan) => ({ contributors: lie(plan) }))
  expect(lying).toEqual(refusedBy('23514', 'contributors_are_complete'))
})

test('no plan is stored that does not count the requester', async () => {
  expect(await consistently(() => ({ contributors: [world.editor] }))).toEqual(
    refusedBy('23514', 'promotion_revision_check1'),
  )
})

test('the plan and the list that decisions are compared with name the same contributors', async () => {
  const rows = rowsOf({ ...planOf(frozen), contributors: [world.requester] })
  const honest = rowsOf(planOf(frozen)).revision.contributors
  expect(await writing(revision({ contributors: honest })(rows))).toEqual(
    refusedBy('23514', 'contributors_are_complete'),
  )
})

test('whoever resubmitted is a contributor of the revision that came of it', async () => {
  const promotion = await plannedPromotion(world)
  await resubmit(promotion, world.outsider)
  await as(world, 'worker_control', (session) => copyPins(session, promotion))
  await as(world, 'worker_staging', (session) => copySnapshots(session, promotion))
  const again = { ...planOf(promotion), revision: 2 }
  expect(await writing(rowsOf(again))).toEqual(refusedBy('23514', 'contributors_are_complete'))
})

test('who only tried to resubmit is none', async () => {
  const promotion = await freeze(await requestPromotion(world))
  await as(world, 'api', (session) =>
    putCommand(session, world.outsider, { kind: 'resubmit', stream: promotion.id }),
  )
  await as(world, 'worker_control', (session) => putRenderedContent(session, promotion))
  expect(await writing(rowsOf(planOf(promotion)))).toMatchObject({ outcome: 'accepted' })
})

test('a further revision pins nothing that nobody resubmitted', async () => {
  const promotion = await plannedPromotion(world)
  const trying = attack({ stores, login: 'worker_control', organization: world.organization }, (session) =>
    copyPins(session, promotion),
  )
  expect(await trying).toEqual(refusedBy('23514', 'pin_rests_on_its_resubmission'))
})

test('no plan is stored while the snapshot of a pinned version is missing', async () => {
  const promotion = await requestPromotion(world)
  const [first] = promotion.items
  await as(world, 'worker_staging', async (session) => {
    await putSourceContent(session, promotion)
    if (first !== undefined) await session.put('promotion_snapshot', snapshotRow(promotion, first))
  })
  await as(world, 'worker_control', (session) => putRenderedContent(session, promotion))
  expect(await writing(rowsOf(planOf(promotion)))).toEqual(refusedBy('23514', 'contributors_are_complete'))
})

test('no plan waives the approval that its policy asks for', async () => {
  const step = {
    position: 1,
    name: 'glance',
    kind: 'review',
    required: 1,
    groups: [],
    people: [],
    atLeastOneOf: [],
  }
  expect(await consistently(() => ({ steps: [step] }))).toEqual(withOtherSteps)
})

test('no plan is stored whose steps are all external', async () => {
  const step = {
    position: 1,
    name: 'ticket',
    kind: 'external',
    required: 1,
    groups: [],
    people: [],
    atLeastOneOf: [],
    publicKey: 'A'.repeat(43),
  }
  const rows = revision({ required_decisions: 1 })(rowsOf({ ...planOf(frozen), steps: [step] } as Plan))
  expect(await writing(rows)).toEqual(refusedBy('23514', 'steps_match_plan'))
})

test.each([
  ['of itself', '{', '{"activation":"at once",'],
  ['of itself in the same words', '{', '{"activation":"manual",'],
  ['of its source', '"source":{"environment"', '"source":{"environment":"another","environment"'],
])('no plan is stored that says one thing twice %s', async (_, once, twice) => {
  const { revision: honest, ...rows } = rowsOf(planOf(frozen))
  const text = Buffer.from(honest.plan as Uint8Array).toString()
  const plan = Buffer.from(text.replace(once, twice))
  expect(plan.toString()).not.toBe(text)
  expect(await writing({ ...rows, revision: { ...honest, plan } })).toEqual(
    refusedBy('23514', 'plan_matches_promotion'),
  )
})
