import { beforeEach, describe, expect, test } from 'vitest'
import { withOrganization } from '../../../src/db/transaction.ts'
import { standInsOf } from '../../../src/services/people/stand-ins.ts'
import { delegate, inDays } from '../../db/attacks/delegation.ts'
import { as, newWorld, type World } from '../../db/attacks/fixture.ts'
import { type Row, speakingAs } from '../../db/attacks/session.ts'
import { openStores } from '../../support/stores.ts'

const stores = await openStores()
let world: World

beforeEach(async () => {
  world = await newWorld(stores)
})

const give = (given: Row = {}) => as(world, 'api', (session) => delegate(session, world, given))

/** One that was given before now, which no login of the product could write. */
const gave = (given: Row) =>
  speakingAs({ stores, login: 'superuser', organization: world.organization }, (session) =>
    delegate(session, world, given),
  )

const standIns = (
  person = world.outsider,
  { organization }: Pick<World, 'organization'> = world,
  login: 'api' | 'worker_control' = 'worker_control',
) =>
  withOrganization(stores.pool('control', login), organization, (transaction) =>
    standInsOf(transaction, person),
  )

const approverOne = (delegation: string) => ({
  delegation,
  delegator: world.approverOne,
  active: true,
  groups: ['approvers'],
})

describe('a stand-in', () => {
  test('stands in for who gave it, with the groups that these are in', async () => {
    const given = await give()
    expect(await standIns()).toEqual([approverOne(given)])
    expect(await standIns(world.outsider, world, 'api')).toEqual([approverOne(given)])
    expect(await standIns(world.approverOne)).toEqual([])
    expect(await standIns(world.editor)).toEqual([])
  })

  test('stands in before the period for nobody, nor after it', async () => {
    await give({ starts_at: inDays(1), ends_at: inDays(2) })
    await gave({ created_at: inDays(-3), starts_at: inDays(-2), ends_at: inDays(-1) })
    expect(await standIns()).toEqual([])
    const running = await gave({ created_at: inDays(-3), starts_at: inDays(-2), ends_at: inDays(1) })
    expect(await standIns()).toEqual([approverOne(running)])
  })

  test('stands in for nobody by what was ended', async () => {
    const given = await give()
    await as(world, 'api', (session) =>
      session.query('UPDATE delegation SET revoked_at = now() WHERE id = $1', [given]),
    )
    expect(await standIns()).toEqual([])
  })

  test('may stand in for several at once, and for one by several delegations', async () => {
    const first = await give()
    const second = await give({ ends_at: inDays(90) })
    const editors = await give({ delegator: world.editor })
    expect(await standIns()).toEqual([
      approverOne(first),
      approverOne(second),
      { delegation: editors, delegator: world.editor, active: true, groups: [] },
    ])
  })

  test('passes nothing on: a chain ends with the one who gave the last of it', async () => {
    await give({ stand_in: world.editor })
    const onward = await give({ delegator: world.editor })
    expect(await standIns()).toEqual([
      { delegation: onward, delegator: world.editor, active: true, groups: [] },
    ])
  })

  test('is told when who gave it is not active any more, and of groups as they are now', async () => {
    const given = await give()
    await as(world, 'api', async (session) => {
      await session.query('DELETE FROM approver_group_member WHERE person = $1', [world.approverOne])
      await session.query('UPDATE person SET active = false WHERE id = $1', [world.approverOne])
    })
    expect(await standIns()).toEqual([{ ...approverOne(given), active: false, groups: [] }])
  })

  test('stands in for nobody in another organization', async () => {
    await give()
    expect(await standIns(world.outsider, await newWorld(stores))).toEqual([])
  })
})

describe('what a stand-in rests on', () => {
  test.each([
    ['the delegation', 'UPDATE delegation SET revoked_at = now() WHERE delegator = $1'],
    ['the group', 'DELETE FROM approver_group_member WHERE person = $1'],
    ['being active', 'UPDATE person SET active = false WHERE id = $1'],
  ])('does not lose %s before what rests on it is done', async (_, text) => {
    const given = await give()
    const take = (limit: string) =>
      as(world, 'api', async (session) => {
        await session.query(`SET LOCAL lock_timeout = '${limit}'`)
        await session.query(text, [world.approverOne])
      })
    await withOrganization(stores.pool('control', 'worker_control'), world.organization, async (control) => {
      expect(await standInsOf(control, world.outsider)).toEqual([approverOne(given)])
      await expect(take('100ms')).rejects.toMatchObject({ code: '55P03' })
    })
    await take('0')
    expect(await standIns()).not.toEqual([approverOne(given)])
  })
})
