import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { refusalOfConstraint } from '../../../../src/services/stories/constraint-refusals.ts'
import { openStores } from '../../../support/stores.ts'
import { attack, deniedOn, refusedBy } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import type { Planned } from '../story.ts'
import { activeRollout, advance, askOf, grantOf, pendingRollout, putRules } from './active-rollout.ts'

const stores = await openStores()
let world: World

const accepted = { outcome: 'accepted', changed: true }
const bothWriters = ['worker_control', 'superuser'] as const

beforeEach(async () => {
  world = await newWorld(stores)
  await putRules(world)
})

function granting(row: object, login: 'worker_control' | 'superuser' = 'worker_control') {
  return attack({ stores, login, organization: world.organization }, (session) =>
    session.put('production_grant', row as never),
  )
}

const resting = refusedBy('23514', 'rollback_rests_on_its_command')

describe.each(bothWriters)('production is let roll back, by %s,', (login) => {
  test('what is in use, where a person asked for it and the rule says fast', async () => {
    const planned = await activeRollout(world)
    const grant = grantOf(planned, 'rollback', await askOf(planned, 'rollback'))
    expect(await granting(grant, login)).toMatchObject(accepted)
    const { rows } = await stores
      .superuser('control')
      .query("SELECT basis FROM production_grant WHERE promotion = $1 AND purpose = 'rollback'", [planned.id])
    expect(rows).toEqual([{ basis: 'person' }])
  })

  test('never where the rule that routed it says approval, or nothing', async () => {
    for (const version of [3, 4] as const) {
      const planned = await activeRollout(world, version)
      const grant = grantOf(planned, 'rollback', await askOf(planned, 'rollback'))
      expect(await granting(grant, login)).toEqual(refusedBy('23514', 'rollback_as_the_policy_says'))
    }
  })

  test('never without a command that asks for it, of this rollout', async () => {
    const planned = await activeRollout(world)
    const other = await activeRollout(world)
    const commands = [
      null,
      uuidv7(),
      await askOf(planned, 'activate'),
      await askOf(planned, 'rollback', { streamKind: 'promotion' }),
      await askOf(other, 'rollback'),
    ]
    for (const command of commands) {
      expect(await granting(grantOf(planned, 'rollback', command), login)).toEqual(resting)
    }
  })

  test('never before it is in use, nor while or after it goes back', async () => {
    const notActive = refusedBy('23514', 'rollback_of_what_is_active')
    const waiting = await pendingRollout(world)
    const early = grantOf(waiting, 'rollback', await askOf(waiting, 'rollback'))
    expect(await granting(early, login)).toEqual(notActive)
    const planned = await activeRollout(world)
    const grant = grantOf(planned, 'rollback', await askOf(planned, 'rollback'))
    await as(world, 'worker_control', (session) => session.put('production_grant', grant))
    for (const state of ['rolling_back', 'rolled_back']) {
      await advance(planned, state)
      const again = grantOf(planned, 'rollback', await askOf(planned, 'rollback'), 2)
      expect(await granting(again, login)).toEqual(notActive)
    }
  })

  test('again after production refused it, and nothing else twice', async () => {
    const planned = await activeRollout(world)
    const grant = async (purpose: string, attempt: number) =>
      granting(grantOf(planned, purpose, await askOf(planned, purpose), attempt), login)
    expect(await grant('rollback', 1)).toMatchObject(accepted)
    expect(await grant('rollback', 1)).toMatchObject({ code: '23505' })
    await advance(planned, 'rolling_back')
    await advance(planned, 'active')
    expect(await grant('rollback', 2)).toMatchObject(accepted)
    expect(await grant('activate', 2)).toEqual(refusedBy('23514', 'production_grant_attempt_check'))
  })

  test('never with a key that is revoked', async () => {
    const planned = await activeRollout(world)
    const command = await askOf(planned, 'rollback')
    await as(world, 'api', (session) =>
      session.query('UPDATE api_key SET revoked_at = clock_timestamp() WHERE id = $1', [world.approverOne]),
    )
    expect(await granting(grantOf(planned, 'rollback', command), login)).toEqual(
      refusedBy('23514', 'asked_with_a_standing_key'),
    )
  })
})

test.each(bothWriters)('no rollout is said to go back, by %s, without that allowance', async (login) => {
  for (const state of ['rolling_back', 'rolled_back']) {
    const planned = await activeRollout(world)
    const trying = attack({ stores, login, organization: world.organization }, (session) =>
      session.query('UPDATE rollout SET state = $2 WHERE id = $1', [planned.id, state]),
    )
    expect(await trying).toEqual(refusedBy('23514', 'rollout_advances_by_its_grant'))
  }
})

test.each(['api', 'worker_production', 'worker_staging', 'worker_development', 'signer', 'auditor'] as const)(
  '%s allows nothing',
  async (login) => {
    const planned = await activeRollout(world)
    const grant = grantOf(planned, 'rollback', await askOf(planned, 'rollback'))
    const speaking = { stores, login, organization: world.organization }
    expect(await attack(speaking, (session) => session.put('production_grant', grant))).toEqual(
      deniedOn('production_grant'),
    )
  },
)

describe('production’s worker', () => {
  const seen = (planned: Planned) =>
    as(world, 'worker_production', (session) =>
      session.query(
        "SELECT position, fence::integer FROM authorized_item WHERE promotion = $1 AND purpose = 'rollback' ORDER BY 1",
        [planned.id],
      ),
    )

  async function allow(planned: Planned, attempt: number, fence: number, entryType: string): Promise<void> {
    const grant = grantOf(planned, 'rollback', await askOf(planned, 'rollback'), attempt)
    await as(world, 'worker_control', async (session) => {
      await session.put('production_grant', grant)
      for (const { position, target: target_asset } of planned.items) {
        const of = { promotion: planned.id, revision: 1, purpose: 'rollback', attempt }
        await session.put('production_grant_fence', { ...of, position, target_asset, fence })
      }
      await session.append(entryType, `promotion/${planned.id}`, {}, grant.entry)
    })
    await advance(planned, 'rolling_back')
  }

  test('sees what it may roll back by an entry that says so, under the newest fences and as long as it goes back', async () => {
    const planned = await activeRollout(world)
    await allow(planned, 1, 3, 'rollout.rollback-authorized')
    expect(await seen(planned)).toEqual([1, 2].map((position) => ({ position, fence: 3 })))
    await advance(planned, 'active')
    expect(await seen(planned)).toEqual([])
    await allow(planned, 2, 7, 'rollout.rollback-authorized')
    expect(await seen(planned)).toEqual([1, 2].map((position) => ({ position, fence: 7 })))
    await advance(planned, 'rolled_back')
    expect(await seen(planned)).toEqual([])
  })

  test('sees nothing of it by an entry that says something else', async () => {
    const planned = await activeRollout(world)
    await allow(planned, 1, 3, 'rollout.activation-authorized')
    expect(await seen(planned)).toEqual([])
  })
})

test('what the policy does not let back is told as a refusal, whoever forgot to ask before', async () => {
  const planned = await activeRollout(world, 3)
  const grant = grantOf(planned, 'rollback', await askOf(planned, 'rollback'))
  const trying = as(world, 'worker_control', (session) => session.put('production_grant', grant))
  expect(refusalOfConstraint(await trying.catch((raised: unknown) => raised))).toMatchObject({
    kind: 'refused',
    code: 'forbidden',
  })
})
