import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openStores } from '../../../support/stores.ts'
import { askToDecide, authorizedPromotion, decideOn, decisionRow } from '../approval.ts'
import { attack, deniedOn, foreignRow, refusedBy } from '../attack.ts'
import { newWorld, type PersonName, type World } from '../fixture.ts'
import type { Row } from '../session.ts'
import { type Planned, plannedPromotion } from '../story.ts'

const stores = await openStores()
let world: World
let other: World
let planned: Planned

beforeAll(async () => {
  world = await newWorld(stores)
  other = await newWorld(stores)
})

beforeEach(async () => {
  planned = await plannedPromotion(world)
})

function deciding(row: Row, login: 'worker_control' | 'superuser' = 'worker_control') {
  return attack({ stores, login, organization: world.organization }, (session) =>
    session.put('decision', row),
  )
}

const withAnotherPlan = refusedBy('23503', 'decision_organization_promotion_revision_plan_digest_contr_fkey')
const restsOnNothing = refusedBy('23514', 'decision_rests_on_its_command')
const byAContributor = refusedBy('23514', 'contributor_may_not_decide')

async function honest(person: PersonName, step = 1): Promise<Row> {
  return decisionRow(planned, world[person], step, await askToDecide(planned, world[person]))
}

describe.each(['worker_control', 'superuser'] as const)('with the rights of %s', (login) => {
  test.each(['requester', 'editor'] as const)('the %s cannot sign', async (person) => {
    expect(await deciding(await honest(person), login)).toEqual(byAContributor)
  })

  test.each([
    ['leaves a contributor out', (all: readonly string[]) => all.slice(1)],
    ['names nobody', () => []],
    ['is the true one in another order', (all: readonly string[]) => all.toReversed()],
  ])('nobody signs with a list of contributors that %s', async (_, lie) => {
    const row = { ...(await honest('approverOne')), contributors: lie(planned.plan.contributors) }
    expect(await deciding(row, login)).toEqual(withAnotherPlan)
  })

  test('a contributor does not become another person by leaving themselves out', async () => {
    const contributors = planned.plan.contributors.filter((person) => person !== world.editor)
    expect(await deciding({ ...(await honest('editor')), contributors }, login)).toEqual(withAnotherPlan)
  })

  test('nobody signs the digest of another plan', async () => {
    const row = { ...(await honest('approverOne')), plan_digest: Buffer.alloc(32, 7) }
    expect(await deciding(row, login)).toEqual(withAnotherPlan)
  })

  test('nobody signs a revision that does not exist', async () => {
    expect(await deciding({ ...(await honest('approverOne')), revision: 2 }, login)).toEqual(withAnotherPlan)
  })

  test('nobody signs a step that the plan does not have', async () => {
    expect(await deciding(await honest('approverOne', 3), login)).toEqual(
      refusedBy('23503', 'decision_organization_promotion_revision_step_fkey'),
    )
  })

  test('a decision is not withdrawn from the start', async () => {
    const row = { ...(await honest('approverOne')), withdrawn_at: new Date() }
    const because = refusedBy('23514', 'decision_may_only_be_withdrawn')
    expect(await deciding(row, login)).toEqual(login === 'superuser' ? because : deniedOn('decision'))
  })
})

test('a person signs a step once', async () => {
  await decideOn(planned, world.approverOne, 1)
  const again = decisionRow(planned, world.approverOne, 1, await askToDecide(planned, world.approverOne))
  for (const verdict of ['approve', 'reject']) {
    expect(await deciding({ ...again, verdict })).toEqual(refusedBy('23505', 'decision_once'))
  }
})

test('two clicks at once sign once', async () => {
  const clicks = await Promise.allSettled([1, 2].map(() => decideOn(planned, world.approverOne, 1)))
  expect(clicks.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('nobody signs for another organization', async () => {
  const theirs = await plannedPromotion(other)
  const row = decisionRow(theirs, world.approverOne, 1, await askToDecide(planned, world.approverOne))
  expect(await deciding(row)).toEqual(restsOnNothing)
  const command = await askToDecide({ world, id: theirs.id }, world.approverOne)
  expect(await deciding({ ...row, command })).toEqual(withAnotherPlan)
})

test('nobody signs in another organization, not even where the rule about commands is turned off', async () => {
  const theirs = await plannedPromotion(other)
  const command = await askToDecide(theirs, other.approverOne)
  const { organization } = other
  const row = { ...decisionRow(theirs, other.approverOne, 1, command), organization }
  expect(await deciding(row)).toEqual(restsOnNothing)
  const trying = attack({ stores, login: 'owner', organization: world.organization }, async (session) => {
    await session.query('ALTER TABLE decision DISABLE TRIGGER refuse_after_authorization')
    await session.put('decision', row)
  })
  expect(await trying).toEqual(foreignRow('decision'))
})

test('a signature cannot be moved to another promotion', async () => {
  const twin = await plannedPromotion(world)
  const row = { ...(await honest('approverOne')), promotion: twin.id }
  expect(await deciding(row)).toEqual(restsOnNothing)
  const command = await askToDecide(twin, world.approverOne)
  expect(await deciding({ ...row, command })).toEqual(withAnotherPlan)
})

describe('once it is given, a decision', () => {
  const changing = (login: 'worker_control' | 'superuser', text: string, values: readonly unknown[]) =>
    attack({ stores, login, organization: world.organization }, (session) => session.query(text, values))
  const onlyWithdrawn = refusedBy('23514', 'decision_may_only_be_withdrawn')
  const withdraw = 'UPDATE decision SET withdrawn_at = clock_timestamp() WHERE id = $1'

  test('is withdrawn once, and not given back', async () => {
    const id = await decideOn(planned, world.approverOne, 1)
    expect(await changing('worker_control', withdraw, [id])).toMatchObject({
      outcome: 'accepted',
      changed: true,
    })
    expect(await changing('worker_control', withdraw, [id])).toEqual(onlyWithdrawn)
    const giveBack = 'UPDATE decision SET withdrawn_at = NULL WHERE id = $1'
    expect(await changing('worker_control', giveBack, [id])).toEqual(onlyWithdrawn)
  })

  test.each([
    "verdict = 'reject'",
    'step = 2',
    "meaning = 'Something else.'",
    'signed_at = signed_at - interval $$1 day$$',
    'person = gen_random_uuid()',
  ])('does not change: %s', async (change) => {
    const id = await decideOn(planned, world.approverOne, 1)
    const text = `UPDATE decision SET ${change} WHERE id = $1`
    expect(await changing('worker_control', text, [id])).toEqual(deniedOn('decision'))
    expect(await changing('superuser', text, [id])).toEqual(onlyWithdrawn)
  })

  test('stands, once the plan is authorized, and none is added', async () => {
    const authorized = await authorizedPromotion(world)
    const tooLate = refusedBy('23514', 'no_decision_after_authorization')
    const onIt = 'UPDATE decision SET withdrawn_at = clock_timestamp() WHERE promotion = $1'
    expect(await changing('worker_control', onIt, [authorized.id])).toEqual(tooLate)
    expect(await changing('superuser', onIt, [authorized.id])).toEqual(tooLate)
    const command = await askToDecide(authorized, world.outsider)
    expect(await deciding(decisionRow(authorized, world.outsider, 1, command))).toEqual(tooLate)
  })
})

test.each(['api', 'worker_staging', 'worker_development', 'worker_production', 'signer', 'auditor'] as const)(
  '%s records no decision',
  async (login) => {
    const row = await honest('approverOne')
    const trying = attack({ stores, login, organization: world.organization }, (session) =>
      session.put('decision', row),
    )
    expect(await trying).toEqual(deniedOn('decision'))
  },
)
