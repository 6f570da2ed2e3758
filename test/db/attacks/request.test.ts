import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import { attack, deniedOn, refusedBy } from './attack.ts'
import { as, newWorld, type World } from './fixture.ts'
import type { Session } from './session.ts'
import { plannedPromotion, promotionRow } from './story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

const control = (work: (session: Session) => Promise<unknown>) =>
  attack({ stores, login: 'worker_control', organization: world.organization }, work)
describe('a promotion', () => {
  const pairs = ['development', 'staging', 'production'].flatMap((from) =>
    ['development', 'staging', 'production'].map((to) => [from, to] as const),
  ) as readonly (readonly ['staging', 'production'])[]

  test.each(pairs.filter(([from, to]) => `${from} ${to}` !== 'staging production'))(
    'does not go from %s to %s',
    async (from, to) => {
      const trying = attack({ stores, login: 'api', organization: world.organization }, async (session) => {
        const row = await promotionRow(session, world, uuidv7())
        const direction = { source_environment: world[from], destination_environment: world[to] }
        await session.put('promotion', { ...row, ...direction })
      })
      expect(await trying).toEqual(
        refusedBy('23503', expect.stringMatching(/^promotion_organization_(source|destination)_environment/)),
      )
    },
  )

  test.each([
    ['source_kind', 'production', 'promotion_source_kind_check'],
    ['destination_kind', 'staging', 'promotion_destination_kind_check'],
  ])('does not call its %s %s, not even a superuser’s', async (column, kind, constraint) => {
    const claiming = (login: 'api' | 'superuser') =>
      attack({ stores, login, organization: world.organization }, async (session) => {
        await session.put('promotion', { ...(await promotionRow(session, world, uuidv7())), [column]: kind })
      })
    expect(await claiming('api')).toEqual(deniedOn('promotion'))
    expect(await claiming('superuser')).toEqual(refusedBy('23514', constraint))
  })

  test('is asked for by the person whose command it is', async () => {
    const trying = attack({ stores, login: 'api', organization: world.organization }, async (session) => {
      const row = await promotionRow(session, world, uuidv7())
      await session.put('promotion', { ...row, requester: world.outsider })
    })
    expect(await trying).toEqual(refusedBy('23503', 'promotion_organization_command_requester_fkey'))
  })

  test.each(['requester', 'destination_environment', 'policy_version', 'request', 'created_at'])(
    'keeps its %s',
    async (column) => {
      await plannedPromotion(world)
      const value = { requester: world.outsider, destination_environment: world.staging }[column] ?? null
      const text = `UPDATE promotion SET ${column} = $1`
      const changing = (login: 'worker_control' | 'superuser') =>
        attack({ stores, login, organization: world.organization }, (session) => session.query(text, [value]))
      expect(await changing('worker_control')).toEqual(deniedOn('promotion'))
      expect(await changing('superuser')).toEqual(
        refusedBy('42501', 'what was asked for is not changed afterwards'),
      )
    },
  )

  test('holds its staging asset alone', async () => {
    const { id, items } = await plannedPromotion(world)
    const lock = { asset: items[0]?.asset, destination_environment: world.production, promotion: id }
    const trying = attack({ stores, login: 'api', organization: world.organization }, (session) =>
      session.put('promotion_source_lock', lock),
    )
    expect(await trying).toEqual(refusedBy('23505', 'promotion_source_lock_pkey'))
    const other = await plannedPromotion(world)
    const target = { asset: items[0]?.target, promotion: other.id }
    expect(await control((session) => session.put('promotion_target_lock', target))).toEqual(
      refusedBy('23505', 'promotion_target_lock_pkey'),
    )
  })
})

describe('a fence', () => {
  const onlyRises = refusedBy('42501', 'a fence only rises')

  test.each([5, 4])('of control does not become %i after 5', async (fence) => {
    const asset = uuidv7()
    await as(world, 'worker_control', (session) => session.put('asset_fence', { asset, fence: 5 }))
    const text = 'UPDATE asset_fence SET fence = $2 WHERE asset = $1'
    expect(await control((session) => session.query(text, [asset, fence]))).toEqual(onlyRises)
  })

  test('of production does not become 4 after 5', async () => {
    const asset = uuidv7()
    const production = { stores, store: 'production', login: 'worker_production' } as const
    const { organization } = world
    const put = attack({ ...production, organization }, (session) =>
      session.put('fence', { asset, highest: 5 }),
    )
    expect(await put).toMatchObject({ outcome: 'accepted', changed: true })
    const lower = attack({ ...production, organization }, (session) =>
      session.query('UPDATE fence SET highest = 4 WHERE asset = $1', [asset]),
    )
    expect(await lower).toEqual(onlyRises)
    for (const text of ['DELETE FROM fence', 'TRUNCATE fence']) {
      const going = await attack({ ...production, organization }, (session) => session.query(text))
      expect(going).toEqual(deniedOn('fence'))
      const owner = attack({ stores, store: 'production', login: 'owner', organization }, (session) =>
        session.query(text),
      )
      expect(await owner).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    }
  })
})
