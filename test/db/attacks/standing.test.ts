import type { PoolClient } from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../faults/support/eventually.ts'
import { openStores } from '../../support/stores.ts'
import { as, newWorld, type World } from './fixture.ts'
import { beginAs, type Session } from './session.ts'

const stores = await openStores()
let world: World

beforeEach(async () => {
  world = await newWorld(stores)
})

/** Something that is done to approver one, which fails where it had to wait for another transaction. */
function withoutWaiting(text: string) {
  return as(world, 'api', async (session) => {
    await session.query("SET LOCAL lock_timeout = '100ms'")
    await session.query(text, [world.approverOne])
  })
}

describe('whoever was asked for their standing', () => {
  const removals: readonly [string, string][] = [
    ['the group', 'DELETE FROM approver_group_member WHERE person = $1'],
    ['the environment', 'DELETE FROM environment_member WHERE actor = $1'],
    ['the organization', 'DELETE FROM organization_member WHERE person = $1'],
    ['their work', 'UPDATE person SET active = false WHERE id = $1'],
  ]

  test.each(removals)('does not leave %s before what rests on it is done', async (_, text) => {
    const { client, session } = await open()
    const before = await session.query('SELECT * FROM standing_of($1, $2)', [
      world.approverOne,
      world.production,
    ])
    expect(before).toMatchObject([{ active: true, environment_role: 'viewer', groups: ['approvers'] }])
    await expect(withoutWaiting(text)).rejects.toMatchObject({ code: '55P03' })
    await client.query('COMMIT')
    client.release()
    await as(world, 'api', (other) => other.query(text, [world.approverOne]))
    const after = await as(world, 'worker_control', (other) =>
      other.query('SELECT * FROM standing_of($1, $2)', [world.approverOne, world.production]),
    )
    expect(after).not.toEqual(before)
  })

  test('has none in an organization that is not theirs', async () => {
    const other = await newWorld(stores)
    const told = as(other, 'worker_control', (session) =>
      session.query('SELECT * FROM standing_of($1, $2)', [world.approverOne, world.production]),
    )
    expect(await told).toEqual([])
  })

  test('is a service account: acts for its owner, in no group, and only while the owner is active', async () => {
    const told = () =>
      as(world, 'api', (session) =>
        session.query('SELECT person, kind, active, groups FROM standing_of($1, $2)', [
          world.serviceAccount,
          world.production,
        ]),
      )
    const standing = { person: world.approverOne, kind: 'service', active: true, groups: [] }
    expect(await told()).toEqual([standing])
    await as(world, 'api', (session) =>
      session.query('UPDATE person SET active = false WHERE id = $1', [world.approverOne]),
    )
    expect(await told()).toEqual([{ ...standing, active: false }])
  })
})

describe('the role of a service account', () => {
  async function give(session: Session, actor: string, role: string | null): Promise<void> {
    const { production: environment } = world
    const gone = 'DELETE FROM environment_member WHERE actor = $1 AND environment = $2'
    await session.query(gone, [actor, environment])
    if (role !== null) await session.put('environment_member', { environment, actor, role })
  }

  async function held(session: Session, actor: string) {
    const text = 'SELECT environment_role FROM standing_of($1, $2)'
    const [standing] = await session.query(text, [actor, world.production])
    return standing?.environment_role
  }

  const roles = ['engineer', 'support', 'viewer', null] as const
  const pairs = roles.flatMap((own, place) => roles.map((owners, other) => ({ own, owners, place, other })))

  test.each(pairs)('is $own and its owner $owners: the narrower one holds', async (pair) => {
    const { own, owners, place, other } = pair
    const { serviceAccount, approverOne } = world
    await as(world, 'api', async (session) => {
      await give(session, serviceAccount, own)
      await give(session, approverOne, owners)
      expect(await held(session, serviceAccount)).toBe(roles[Math.max(place, other)])
      expect(await held(session, approverOne)).toBe(owners)
    })
  })

  test('is read the same by the login that records what workflows decide', async () => {
    await as(world, 'api', (session) => give(session, world.serviceAccount, 'engineer'))
    expect(await as(world, 'worker_control', (session) => held(session, world.serviceAccount))).toBe('viewer')
  })

  test("is not widened by a role that its owner has in another environment, nor by another person's", async () => {
    const { serviceAccount: actor, approverOne, approverTwo, staging: environment } = world
    await as(world, 'api', async (session) => {
      await session.put('environment_member', { environment, actor: approverOne, role: 'engineer' })
      await give(session, actor, 'engineer')
      await give(session, approverTwo, 'engineer')
      expect(await held(session, actor)).toBe('viewer')
    })
  })

  test.each([
    ['lowered', "UPDATE environment_member SET role = 'viewer' WHERE actor = $1"],
    ['taken', 'DELETE FROM environment_member WHERE actor = $1'],
  ])('rests on its owner’s, which is not %s before what rests on it is done', async (_, text) => {
    await as(world, 'api', async (session) => {
      await give(session, world.serviceAccount, 'engineer')
      await give(session, world.approverOne, 'engineer')
    })
    const { client, session } = await open()
    expect(await held(session, world.serviceAccount)).toBe('engineer')
    await expect(withoutWaiting(text)).rejects.toMatchObject({ code: '55P03' })
    await client.query('COMMIT')
    client.release()
  })

  test('is judged by what was committed while it waited for its owner’s', async () => {
    await as(world, 'api', async (session) => {
      await give(session, world.serviceAccount, 'engineer')
      await give(session, world.approverOne, 'engineer')
    })
    const { client, session } = await open()
    await session.query("UPDATE environment_member SET role = 'viewer' WHERE actor = $1", [world.approverOne])
    const [own] = await session.query('SELECT pg_backend_pid() AS session')
    const waiting = as(world, 'api', (other) => held(other, world.serviceAccount))
    await eventually('the other one waits', async () => {
      const { rowCount } = await stores
        .superuser('control')
        .query('SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))', [own?.session])
      return rowCount === 1
    })
    await client.query('COMMIT')
    client.release()
    expect(await waiting).toBe('viewer')
  })
})

async function open(): Promise<{ readonly client: PoolClient; readonly session: Session }> {
  const client = await stores.pool('control', 'api').pool.connect()
  const { organization } = world
  return { client, session: await beginAs(client, { stores, login: 'api', organization }) }
}
