import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../../support/stores.ts'
import { approvedPromotion, askToDecide, authorizationRow, decideOn, decisionRow } from '../approval.ts'
import { type Trial, tryAs } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import { beginAs, type Session } from '../session.ts'
import { plannedPromotion } from '../story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

const refused = (code: string, because: string): Trial => ({ outcome: 'refused', code, because })
const outdated = refused('25000', 'this is decided in a transaction that reads what is committed')

// Who reads what is committed sees what happened meanwhile; who would not see it decides nothing.
const points = [
  {
    isolation: 'read committed',
    tooFew: refused('23514', 'authorization_needs_its_quorum'),
    tooLate: refused('23514', 'no_decision_after_authorization'),
  },
  { isolation: 'repeatable read', tooFew: outdated, tooLate: outdated },
  { isolation: 'serializable', tooFew: outdated, tooLate: outdated },
] as const

describe.each(points)('whoever began before, under $isolation,', ({ isolation, tooFew, tooLate }) => {
  const withdraw = 'UPDATE decision SET withdrawn_at = clock_timestamp() WHERE id = $1'

  /** Looks at the decisions, lets something happen, and then does its own. */
  function afterwards(
    { organization }: World,
    meanwhile: () => Promise<unknown>,
    work: (session: Session) => Promise<unknown>,
  ): Promise<Trial> {
    return tryAs({ stores, login: 'worker_control', organization, isolation }, async (session) => {
      await session.query('SELECT FROM decision')
      await meanwhile()
      await work(session)
    })
  }

  const byControl = (work: (session: Session) => Promise<unknown>) => as(world, 'worker_control', work)

  test('does not authorize on an approval that was withdrawn since', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    const withdrawn = await decideOn(planned, world.approverTwo, 2)
    const trying = afterwards(
      world,
      () => byControl((session) => session.query(withdraw, [withdrawn])),
      (session) => session.put('authorization', authorizationRow(planned)),
    )
    expect(await trying).toEqual(tooFew)
  })

  test('does not authorize on an approval of a person deactivated since', async () => {
    const leaving = await newWorld(stores)
    const planned = await plannedPromotion(leaving)
    await decideOn(planned, leaving.approverOne, 1)
    await decideOn(planned, leaving.approverTwo, 2)
    const text = 'UPDATE person SET active = false WHERE id = $1'
    const trying = afterwards(
      leaving,
      () => as(leaving, 'api', (session) => session.query(text, [leaving.approverTwo])),
      (session) => session.put('authorization', authorizationRow(planned)),
    )
    expect(await trying).toEqual(tooFew)
  })

  test('does not decide on what was authorized since', async () => {
    const planned = await approvedPromotion(world)
    const command = await askToDecide(planned, world.outsider)
    const trying = afterwards(
      world,
      () => byControl((session) => session.put('authorization', authorizationRow(planned))),
      (session) => session.put('decision', decisionRow(planned, world.outsider, 1, command)),
    )
    expect(await trying).toEqual(tooLate)
  })

  test('does not withdraw what a plan was authorized on since', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    const id = await decideOn(planned, world.approverTwo, 2)
    const trying = afterwards(
      world,
      () => byControl((session) => session.put('authorization', authorizationRow(planned))),
      (session) => session.query(withdraw, [id]),
    )
    expect(await trying).toEqual(tooLate)
  })
})

test.each(['repeatable read', 'serializable'] as const)(
  'nothing is authorized under %s, though nothing happened meanwhile',
  async (isolation) => {
    const planned = await approvedPromotion(world)
    const { organization } = world
    const trying = tryAs({ stores, login: 'worker_control', organization, isolation }, (session) =>
      session.put('authorization', authorizationRow(planned)),
    )
    expect(await trying).toEqual(outdated)
  },
)

test('an authorization waits for a withdrawal that is under way, and then sees it', async () => {
  const planned = await plannedPromotion(world)
  await decideOn(planned, world.approverOne, 1)
  const withdrawn = await decideOn(planned, world.approverTwo, 2)
  const speaking = { stores, login: 'worker_control', organization: world.organization } as const
  const client = await stores.pool('control', 'worker_control').pool.connect()
  const session = await beginAs(client, speaking)
  await session.query('UPDATE decision SET withdrawn_at = clock_timestamp() WHERE id = $1', [withdrawn])
  const waiting = as(world, 'worker_control', (other) =>
    other.put('authorization', authorizationRow(planned)),
  )
  const outcome = expect(waiting).rejects.toMatchObject({ constraint: 'authorization_needs_its_quorum' })
  await client.query('COMMIT')
  client.release()
  await outcome
})
