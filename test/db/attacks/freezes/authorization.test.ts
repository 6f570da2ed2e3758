import { beforeEach, describe, expect, test } from 'vitest'
import { refusalOfConstraint } from '../../../../src/services/stories/constraint-refusals.ts'
import { eventually } from '../../../faults/support/eventually.ts'
import { openStores } from '../../../support/stores.ts'
import { approvedPromotion, authorizationRow, authorizing, decideOn } from '../approval.ts'
import { refusedBy, tryAs } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import { beginAs, type Isolation, type Session } from '../session.ts'
import { type Planned, plannedPromotion } from '../story.ts'
import { daily, freezeAs, freezeRow, fromNow, liftBy, putFreeze, switchRow } from './freeze-rows.ts'

const stores = await openStores()
let world: World
let planned: Planned

beforeEach(async () => {
  world = await newWorld(stores)
  planned = await approvedPromotion(world)
})

const whileFrozen = refusedBy('23514', 'authorization_while_frozen')
const accepted = { outcome: 'accepted', changed: true }

describe('nothing is authorized', () => {
  test('while the organization is frozen', async () => {
    const id = await freezeAs(world, 'organization_freeze', switchRow(world))
    expect(await authorizing(planned)).toEqual(whileFrozen)
    await liftBy(world, 'organization_freeze', id)
    expect(await authorizing(planned)).toMatchObject(accepted)
  })

  test('while the destination is frozen without an end', async () => {
    const id = await freezeAs(world, 'environment_freeze', freezeRow(world))
    expect(await authorizing(planned)).toEqual(whileFrozen)
    await liftBy(world, 'environment_freeze', id)
    expect(await authorizing(planned)).toMatchObject(accepted)
  })

  test('while the destination is frozen until later', async () => {
    await freezeAs(world, 'environment_freeze', freezeRow(world, { ends_at: fromNow(1) }))
    expect(await authorizing(planned)).toEqual(whileFrozen)
  })

  test('by an override either', async () => {
    const urgent = await plannedPromotion(world)
    await decideOn(urgent, world.approverOne, 1, { verdict: 'override' })
    await freezeAs(world, 'organization_freeze', switchRow(world))
    expect(await authorizing(urgent, { kind: 'override' })).toEqual(whileFrozen)
  })

  test('while it is frozen, by a superuser either', async () => {
    await freezeAs(world, 'organization_freeze', switchRow(world))
    const trying = tryAs({ stores, login: 'superuser', organization: world.organization }, (session) =>
      session.put('authorization', authorizationRow(planned)),
    )
    expect(await trying).toMatchObject({ outcome: 'refused', because: 'authorization_while_frozen' })
  })
})

test('what the database refuses while it is frozen is told as that, whoever forgot to ask before', async () => {
  await freezeAs(world, 'organization_freeze', switchRow(world))
  const trying = as(world, 'worker_control', (session) =>
    session.put('authorization', authorizationRow(planned)),
  )
  const error = await trying.catch((raised: unknown) => raised)
  expect(refusalOfConstraint(error)).toMatchObject({ kind: 'refused', code: 'frozen' })
})

describe('what does not stop it', () => {
  test.each([
    ['a freeze that is over', { starts_at: fromNow(-2), ends_at: fromNow(-1) }],
    ['a freeze to come', { starts_at: fromNow(1) }],
    // Which hours these are takes a calendar: `record` asks it.
    ['a freeze that recurs', daily],
  ])('is %s', async (_, change) => {
    await freezeAs(world, 'environment_freeze', freezeRow(world, change))
    expect(await authorizing(planned)).toMatchObject(accepted)
  })

  test('is a freeze of another environment', async () => {
    await freezeAs(world, 'environment_freeze', freezeRow(world, { environment: world.staging }))
    expect(await authorizing(planned)).toMatchObject(accepted)
  })

  test('is a freeze of another organization', async () => {
    const other = await newWorld(stores)
    await freezeAs(other, 'organization_freeze', switchRow(other))
    await freezeAs(other, 'environment_freeze', freezeRow(other))
    expect(await authorizing(planned)).toMatchObject(accepted)
  })
})

describe.each(['environment_freeze', 'organization_freeze'] as const)(
  'of a row of %s and an authorization',
  (table) => {
    const row = () => (table === 'environment_freeze' ? freezeRow(world) : switchRow(world))
    const authorize = () =>
      tryAs({ stores, login: 'worker_control', organization: world.organization }, (session) =>
        session.put('authorization', authorizationRow(planned)),
      )

    /** Waits until something waits for this session. */
    async function waitedFor(session: Session): Promise<void> {
      const [self] = await session.query('SELECT pg_backend_pid() AS id')
      await eventually('somebody waits for the session', async () => {
        const blocked = 'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))'
        return (await stores.superuser('control').query(blocked, [self?.id])).rowCount === 1
      })
    }

    test('that come at once, the authorization waits for the freeze and is refused', async () => {
      const client = await stores.pool('control', 'api').pool.connect()
      const session = await beginAs(client, { stores, login: 'api', organization: world.organization })
      await putFreeze(session, world, table, row())
      const authorized = authorize()
      await waitedFor(session)
      await client.query('COMMIT')
      client.release()
      expect(await authorized).toEqual({
        outcome: 'refused',
        code: '23514',
        because: 'authorization_while_frozen',
      })
    })

    test('that come at once, the freeze waits for the authorization and begins after it', async () => {
      const client = await stores.pool('control', 'worker_control').pool.connect()
      const session = await beginAs(client, {
        stores,
        login: 'worker_control',
        organization: world.organization,
      })
      await session.put('authorization', authorizationRow(planned))
      const frozen = freezeAs(world, table, row())
      await waitedFor(session)
      await client.query('COMMIT')
      client.release()
      await frozen
      const { rows } = await stores.superuser('control').query(
        `SELECT authorized_at < created_at AS before FROM "authorization" JOIN ${table} USING (organization)
       WHERE promotion = $1`,
        [planned.id],
      )
      expect(rows).toEqual([{ before: true }])
    })

    test('of another organization, neither waits for the other', async () => {
      const other = await newWorld(stores)
      const client = await stores.pool('control', 'api').pool.connect()
      const session = await beginAs(client, { stores, login: 'api', organization: other.organization })
      await putFreeze(
        session,
        other,
        table,
        table === 'environment_freeze' ? freezeRow(other) : switchRow(other),
      )
      expect(await authorize()).toMatchObject({ outcome: 'accepted' })
      await client.query('ROLLBACK')
      client.release()
    })
  },
)

test('two authorizations do not wait for each other', async () => {
  const second = await approvedPromotion(world)
  const speaking = { stores, login: 'worker_control', organization: world.organization } as const
  const client = await stores.pool('control', 'worker_control').pool.connect()
  const session = await beginAs(client, speaking)
  await session.put('authorization', authorizationRow(planned))
  await as(world, 'worker_control', (other) => other.put('authorization', authorizationRow(second)))
  await client.query('COMMIT')
  client.release()
})

test('a freeze does not wait for what is about to be recorded of a landing', async () => {
  const client = await stores.pool('control', 'worker_control').pool.connect()
  const session = await beginAs(client, {
    stores,
    login: 'worker_control',
    organization: world.organization,
  })
  await session.query('SELECT FROM promotion WHERE id = $1 FOR UPDATE', [planned.id])
  await session.query("UPDATE promotion SET state = 'promoting' WHERE id = $1", [planned.id])
  await freezeAs(world, 'organization_freeze', switchRow(world))
  await client.query('ROLLBACK')
  client.release()
})

test.each<Isolation>(['repeatable read', 'serializable'])(
  'who would not see a freeze that came meanwhile, under %s, authorizes and freezes nothing',
  async (isolation) => {
    const outdated = {
      outcome: 'refused',
      because: 'this is decided in a transaction that reads what is committed',
    }
    const { organization } = world
    const authorizing = tryAs({ stores, login: 'worker_control', organization, isolation }, (session) =>
      session.put('authorization', authorizationRow(planned)),
    )
    expect(await authorizing).toMatchObject(outdated)
    const freezing = tryAs({ stores, login: 'api', organization, isolation }, (session) =>
      session.put('environment_freeze', freezeRow(world)),
    )
    expect(await freezing).toMatchObject(outdated)
  },
)
