import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../../support/stores.ts'
import {
  approvedPromotion,
  authorizationRow,
  authorizedPromotion,
  authorizing,
  decideOn,
  planAgain,
  withdraw,
} from '../approval.ts'
import { attack, deniedOn, refusedBy } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import { freeze, type Planned, plannedPromotion, planOf, planPromotion, requestPromotion } from '../story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

const tooFew = refusedBy('23514', 'authorization_needs_its_quorum')
const notClear = refusedBy('23514', 'authorization_needs_a_clear_plan')

test('a plan is authorized by its approvals, once a verdict against it is withdrawn', async () => {
  const planned = await approvedPromotion(world)
  await withdraw(world, await decideOn(planned, world.outsider, 1, { verdict: 'reject' }))
  expect(await authorizing(planned)).toMatchObject({ outcome: 'accepted', changed: true })
})

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

  test('by an approval and a verdict to override', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    await decideOn(planned, world.approverTwo, 2, { verdict: 'override' })
    expect(await authorizing(planned)).toEqual(tooFew)
  })

  describe.each(['reject', 'request-changes'])('while a verdict to %s stands', (verdict) => {
    test('by an approval beside it', async () => {
      const planned = await plannedPromotion(world)
      await decideOn(planned, world.approverOne, 1)
      await decideOn(planned, world.approverTwo, 2, { verdict })
      expect(await authorizing(planned)).toEqual(notClear)
    })

    test('by approvals enough without it', async () => {
      const planned = await approvedPromotion(world)
      await decideOn(planned, world.outsider, 1, { verdict })
      expect(await authorizing(planned)).toEqual(notClear)
    })

    test('by an override beside it', async () => {
      const planned = await plannedPromotion(world)
      await decideOn(planned, world.approverOne, 1, { verdict: 'override' })
      await decideOn(planned, world.approverTwo, 2, { verdict })
      expect(await authorizing(planned, { kind: 'override' })).toEqual(notClear)
    })
  })

  test('by a withdrawn verdict to reject in place of an approval', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    await withdraw(world, await decideOn(planned, world.approverTwo, 2, { verdict: 'reject' }))
    expect(await authorizing(planned)).toEqual(tooFew)
  })

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
    await withdraw(world, await decideOn(planned, world.approverTwo, 2))
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
    const plan = {
      ...planOf(promotion),
      findings: [{ ...finding, acknowledged: true, justification: null }],
    } as Planned['plan']
    const planned = await planPromotion(promotion, plan)
    await decideOn(planned, world.approverOne, 1, kind === 'override' ? { verdict: 'override' } : {})
    await decideOn(planned, world.approverTwo, 2)
    expect(await authorizing(planned, { kind })).toEqual(notClear)
  })

  test('a second time', async () => {
    const planned = await authorizedPromotion(world)
    expect(await authorizing(planned)).toEqual(notClear)
    expect(await authorizing(planned, { kind: 'override' })).toEqual(notClear)
  })

  test('a second time in one statement', async () => {
    const planned = await approvedPromotion(world)
    const trying = attack({ stores, login: 'worker_control', organization: world.organization }, (session) =>
      session.query(
        `INSERT INTO "authorization" (organization, promotion, revision, plan_digest, kind, entry)
         SELECT organization, promotion, revision, plan_digest, 'quorum', entry
         FROM promotion_revision, unnest($2::uuid[]) AS entry WHERE promotion = $1`,
        [planned.id, [uuidv7(), uuidv7()]],
      ),
    )
    expect(await trying).toEqual(notClear)
  })

  test('a second time by whoever turns that rule off', async () => {
    const planned = await authorizedPromotion(world)
    const trying = attack({ stores, login: 'owner', organization: world.organization }, async (session) => {
      await session.query('ALTER TABLE "authorization" DISABLE TRIGGER require_the_quorum')
      await session.put('authorization', authorizationRow(planned))
    })
    expect(await trying).toEqual(refusedBy('23505', 'authorization_pkey'))
  })

  test('when an older one of the same promotion was', async () => {
    const newer = await planAgain(await authorizedPromotion(world))
    await decideOn(newer, world.approverOne, 1)
    await decideOn(newer, world.approverTwo, 2)
    expect(await authorizing(newer)).toEqual(notClear)
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
