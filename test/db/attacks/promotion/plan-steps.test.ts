import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Plan, PlanStep } from '../../../../src/domain/plan/plan.ts'
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
let promotion: Promotion

beforeAll(async () => {
  world = await newWorld(stores)
  await newPolicy(world, 2, [twoReviews])
})

beforeEach(async () => {
  promotion = await frozenPromotion(world)
})

type Step = { readonly name: string; readonly kind: string; readonly approvals: number }
type PolicyStep = Omit<Step, 'approvals'> & {
  readonly approvals?: number
  readonly groups?: readonly string[]
  readonly publicKey?: string
}

const review = { name: 'review', kind: 'review', approvals: 2 }
const approval = { name: 'sign-off', kind: 'approval', approvals: 1, groups: ['physicians', 'approvers'] }
const ticket = { name: 'ticket', kind: 'external', publicKey: 'A'.repeat(43) }
const otherTicket = { ...ticket, publicKey: 'B'.repeat(43) }
const twoReviews: readonly PolicyStep[] = [review, approval]

async function newPolicy(world: World, version: number, rules: readonly (readonly PolicyStep[])[]) {
  const named = rules.map((steps, place) => ({ name: `rule ${place}`, steps, expiresAfter: 'P7D' }))
  const document = canonicalBytes({ rules: named as never })
  const { production: environment, owner: proposed_by } = world
  await as(world, 'api', (session) => session.put('policy', { environment, version, document, proposed_by }))
}

async function frozenPromotion(world: World, policyVersion = 1): Promise<Promotion> {
  const frozen = await freeze(await requestPromotion(world, policyVersion))
  await as(world, 'worker_control', (session) => putRenderedContent(session, frozen))
  return frozen
}

const planned = (steps: readonly PolicyStep[]) =>
  steps.map(({ approvals: required = 1, groups = [], ...step }, place) => ({
    ...step,
    position: place + 1,
    required,
    groups,
    people: [],
    atLeastOneOf: [],
  })) as readonly PlanStep[]

/** Control's worker stores a plan whose rows all say these steps. */
function planning(of: Promotion, steps: readonly PlanStep[], policyVersion = 1, rule = 1) {
  const plan: Plan = { ...planOf(of), policy: { version: policyVersion, rule }, steps }
  const { organization } = of.world
  return attack({ stores, login: 'worker_control', organization }, (session) =>
    putPlan(session, rowsOf(plan)),
  )
}

const stored = { outcome: 'accepted', changed: true }
const ofNoRule = refusedBy('23514', 'steps_match_policy')
const honest = planned(policySteps)
const [first, second] = policySteps

describe('the steps of a plan', () => {
  test('are those of its policy', async () => {
    expect(await planning(promotion, honest)).toMatchObject(stored)
  })

  test.each<[string, readonly PolicyStep[]]>([
    ['one step less', [second]],
    ['one step more', [...policySteps, second]],
    ['another order', [second, first]],
    ['another name', [{ ...first, name: 'glance' }, second]],
    ['another kind', [first, { ...second, kind: 'review' }]],
    ['a person more', [{ ...first, approvals: 2 }, second]],
    ['another group', [first, { ...second, groups: ['everybody'] }]],
    ['no group', [first, { ...second, groups: [] }]],
    ['a group more', [first, { ...second, groups: ['approvers', 'everybody'] }]],
    ['a newer version’s steps', twoReviews],
  ])('are not those of its policy but for %s', async (_, steps) => {
    expect(await planning(promotion, planned(steps))).toEqual(ofNoRule)
  })

  test('say nothing that neither the policy nor the rows say', async () => {
    const waived = honest.map((step) => ({ ...step, waived: true }))
    const { steps, ...rows } = rowsOf(planOf(promotion))
    const plan = canonicalBytes({ ...planOf(promotion), steps: waived } as never)
    const { organization } = world
    const trying = attack({ stores, login: 'worker_control', organization }, (session) =>
      putPlan(session, { ...rows, steps, revision: { ...rows.revision, plan } }),
    )
    expect(await trying).toEqual(refusedBy('23514', 'steps_match_plan'))
  })
})

describe('of a policy with several rules, the steps of a plan', () => {
  const rules = [[review, approval], [ticket, approval], [approval]]
  const sorted = { ...approval, groups: ['approvers', 'physicians'] }
  let other: Promotion

  beforeAll(async () => {
    await newPolicy(world, 3, rules)
  })

  beforeEach(async () => {
    other = await frozenPromotion(world, 3)
  })

  test.each([
    ['first', 1, [review, sorted]],
    ['second', 2, [ticket, sorted]],
    ['third', 3, [sorted]],
  ])(
    'may be those of the %s where it is the one named, whose groups come in any order',
    async (_, rule, steps) => {
      expect(await planning(other, planned(steps), 3, rule)).toMatchObject(stored)
    },
  )

  test.each([
    ['of another rule than the one named', 1, [sorted]],
    ['of a rule that there is not', 4, [sorted]],
    ['of rule nought', 0, [sorted]],
    ['those of a system with another key', 2, [otherTicket, sorted]],
    ['without the system that the rule waits for', 2, [sorted]],
    ['with a system that the rule does not wait for', 3, [ticket, sorted]],
  ])('are not %s', async (_, rule, steps) => {
    expect(await planning(other, planned(steps), 3, rule)).toEqual(ofNoRule)
  })

  test.each([
    ['of two rules at once', [review, ticket, sorted]],
    ['in the order the policy names the groups', [review, approval]],
    ['of an older version', policySteps],
  ])('are not %s', async (_, steps) => {
    expect(await planning(other, planned(steps), 3)).toEqual(ofNoRule)
  })
})
