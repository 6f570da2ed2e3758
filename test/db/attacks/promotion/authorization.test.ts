import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../../support/stores.ts'
import { approvedPromotion, authorizationRow, authorizedPromotion, decideOn, planAgain } from '../approval.ts'
import { attack, deniedOn, refusedBy } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import type { Row } from '../session.ts'
import { freeze, type Planned, plannedPromotion, planOf, planPromotion, requestPromotion } from '../story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

const tooFew = refusedBy('23514', 'authorization_needs_its_quorum')
const notClear = refusedBy('23514', 'authorization_needs_a_clear_plan')
const notOneOverride = refusedBy('23514', 'authorization_needs_its_override')

function authorizing(planned: Planned, change: Row = {}) {
  const { organization } = world
  return attack({ stores, login: 'worker_control', organization }, (session) =>
    session.put('authorization', { ...authorizationRow(planned), ...change }),
  )
}

describe('no plan is authorized', () => {
  test('that nobody approved', async () => {
    expect(await authorizing(await plannedPromotion(world))).toEqual(tooFew)
  })

  test('by one approval where two are required', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    expect(await authorizing(planned)).toEqual(tooFew)
  })

  test('by enough approvals of the same step', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    await decideOn(planned, world.approverTwo, 1)
    await decideOn(planned, world.outsider, 1)
    expect(await authorizing(planned)).toEqual(tooFew)
  })

  test('by one person on every step', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    await decideOn(planned, world.approverOne, 2)
    expect(await authorizing(planned)).toEqual(tooFew)
  })

  test.each(['reject', 'request-changes', 'override'])(
    'by an approval and a verdict to %s',
    async (verdict) => {
      const planned = await plannedPromotion(world)
      await decideOn(planned, world.approverOne, 1)
      await decideOn(planned, world.approverTwo, 2, { verdict })
      expect(await authorizing(planned)).toEqual(tooFew)
    },
  )

  test('by a person who was deactivated before', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    await decideOn(planned, world.deactivated, 2)
    expect(await authorizing(planned)).toEqual(tooFew)
  })

  test('by a person who is deactivated between approval and authorization', async () => {
    const leaving = await newWorld(stores)
    const planned = await plannedPromotion(leaving)
    await decideOn(planned, leaving.approverOne, 1)
    await decideOn(planned, leaving.approverTwo, 2)
    await as(leaving, 'api', (session) =>
      session.query('UPDATE person SET active = false WHERE id = $1', [leaving.approverTwo]),
    )
    const trying = attack(
      { stores, login: 'worker_control', organization: leaving.organization },
      (session) => session.put('authorization', authorizationRow(planned)),
    )
    expect(await trying).toEqual(tooFew)
  })

  test('by a withdrawn approval', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    const withdrawn = await decideOn(planned, world.approverTwo, 2)
    await as(world, 'worker_control', (session) =>
      session.query('UPDATE decision SET withdrawn_at = clock_timestamp() WHERE id = $1', [withdrawn]),
    )
    expect(await authorizing(planned)).toEqual(tooFew)
  })

  test('by people who signed another digest', async () => {
    const planned = await approvedPromotion(world)
    expect(await authorizing(planned, { plan_digest: Buffer.alloc(32) })).toEqual(tooFew)
  })

  test('when a newer one exists', async () => {
    const planned = await approvedPromotion(world)
    await planAgain(planned)
    expect(await authorizing(planned)).toEqual(notClear)
  })

  test('by approvals of the revision before it', async () => {
    const planned = await approvedPromotion(world)
    const newer = await planAgain(planned)
    expect(await authorizing(newer)).toEqual(tooFew)
  })

  test.each(['quorum', 'override'])('with a blocker among its findings, by %s', async (kind) => {
    const promotion = await freeze(await requestPromotion(world))
    const [item] = promotion.items
    const finding = {
      rule: 'secret',
      severity: 'blocker',
      asset: item?.asset,
      pointer: '',
      message: 'A secret.',
    }
    const plan = { ...planOf(promotion), findings: [{ ...finding, acknowledged: true }] } as Planned['plan']
    const planned = await planPromotion(promotion, plan)
    await decideOn(planned, world.approverOne, 1, kind === 'override' ? { verdict: 'override' } : {})
    await decideOn(planned, world.approverTwo, 2)
    expect(await authorizing(planned, { kind })).toEqual(notClear)
  })

  test('a second time', async () => {
    const planned = await authorizedPromotion(world)
    expect(await authorizing(planned)).toEqual(refusedBy('23505', 'authorization_pkey'))
    expect(await authorizing(planned, { kind: 'override' })).toEqual(notOneOverride)
  })

  test('by a login other than control’s worker', async () => {
    const planned = await approvedPromotion(world)
    for (const login of ['api', 'worker_staging', 'worker_production', 'signer', 'auditor'] as const) {
      const trying = attack({ stores, login, organization: world.organization }, (session) =>
        session.put('authorization', authorizationRow(planned)),
      )
      expect(await trying).toEqual(deniedOn('authorization'))
    }
  })
})

describe('an override', () => {
  test('is not two people’s', async () => {
    const planned = await plannedPromotion(world)
    for (const person of [world.approverOne, world.approverTwo]) {
      await decideOn(planned, person, 1, { verdict: 'override' })
    }
    expect(await authorizing(planned, { kind: 'override' })).toEqual(notOneOverride)
  })

  test('is not nobody’s, however many approved', async () => {
    expect(await authorizing(await approvedPromotion(world), { kind: 'override' })).toEqual(notOneOverride)
  })

  test('is not a deactivated person’s', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.deactivated, 1, { verdict: 'override' })
    expect(await authorizing(planned, { kind: 'override' })).toEqual(notOneOverride)
  })

  test('is exactly one person’s', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1, { verdict: 'override' })
    expect(await authorizing(planned, { kind: 'override' })).toMatchObject({ outcome: 'accepted' })
  })
})
