import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Plan } from '../../../../src/domain/plan/plan.ts'
import { canonicalBytes } from '../../../../src/trust/canonical.ts'
import { openStores } from '../../../support/stores.ts'
import { attack, refusedBy } from '../attack.ts'
import { as, newWorld, policySteps, type World } from '../fixture.ts'
import {
  freeze,
  type Promotion,
  planOf,
  putPlan,
  putRenderedContent,
  requestPromotion,
  rowsOf,
} from '../story.ts'

const stores = await openStores()
let world: World
let lenient: Promotion
let strict: Promotion

async function frozen(policyVersion: number): Promise<Promotion> {
  const promotion = await freeze(await requestPromotion(world, policyVersion))
  await as(world, 'worker_control', (session) => putRenderedContent(session, promotion))
  return promotion
}

beforeAll(async () => {
  world = await newWorld(stores)
  const rule = { name: 'every promotion', steps: policySteps, severalSteps: true, expiresAfter: 'P7D' }
  const { production: environment, owner: proposed_by } = world
  const document = canonicalBytes({ rules: [rule as never] })
  await as(world, 'api', (session) =>
    session.put('policy', { environment, version: 2, document, proposed_by }),
  )
})

beforeEach(async () => {
  strict = await frozen(1)
  lenient = await frozen(2)
})

/** Control's worker stores a plan that says whether one may serve several steps, with so many people over all. */
function planning(promotion: Promotion, policyVersion: number, severalSteps: boolean, required: number) {
  const plan: Plan = { ...planOf(promotion), policy: { version: policyVersion, rule: 1 }, severalSteps }
  const rows = rowsOf(plan)
  return attack({ stores, login: 'worker_control', organization: world.organization }, (session) =>
    putPlan(session, { ...rows, revision: { ...rows.revision, required_decisions: required } }),
  )
}

test('where one person may serve several steps, as many people are needed as the largest of them takes', async () => {
  expect(await planning(lenient, 2, true, 1)).toMatchObject({ outcome: 'accepted' })
})

test.each([
  ['more people than its steps take', 2, true, 2, 'steps_match_plan'],
  ['other than its policy lets one person serve', 2, false, 1, 'steps_match_policy'],
])('no plan is stored that takes %s', async (_, version, several, required, because) => {
  expect(await planning(lenient, version, several, required)).toEqual(refusedBy('23514', because))
})

test('no plan lets one person serve several steps where its policy does not', async () => {
  expect(await planning(strict, 1, true, 2)).toEqual(refusedBy('23514', 'steps_match_policy'))
  expect(await planning(strict, 1, true, 1)).toEqual(refusedBy('23514', 'steps_match_plan'))
})
