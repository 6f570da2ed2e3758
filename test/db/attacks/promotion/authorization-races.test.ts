import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../../support/stores.ts'
import { approvedPromotion, askToDecide, authorizationRow, decideOn, decisionRow } from '../approval.ts'
import { attack } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import { beginAs } from '../session.ts'
import { plannedPromotion } from '../story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

describe('whoever looks at the database as it was a while ago', () => {
  const asItWas = () =>
    ({
      stores,
      login: 'worker_control',
      organization: world.organization,
      isolation: 'repeatable read',
    }) as const

  test('does not authorize on an approval that was withdrawn since', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1)
    const withdrawn = await decideOn(planned, world.approverTwo, 2)
    const trying = attack(asItWas(), async (session) => {
      await session.query('SELECT FROM decision')
      await as(world, 'worker_control', (meanwhile) =>
        meanwhile.query('UPDATE decision SET withdrawn_at = clock_timestamp() WHERE id = $1', [withdrawn]),
      )
      await session.put('authorization', authorizationRow(planned))
    })
    expect(await trying).toMatchObject({ outcome: 'refused' })
  })

  test('does not authorize on an approval of a person deactivated since', async () => {
    const leaving = await newWorld(stores)
    const planned = await plannedPromotion(leaving)
    await decideOn(planned, leaving.approverOne, 1)
    await decideOn(planned, leaving.approverTwo, 2)
    const trying = attack({ ...asItWas(), organization: leaving.organization }, async (session) => {
      await session.query('SELECT FROM decision')
      await as(leaving, 'api', (meanwhile) =>
        meanwhile.query('UPDATE person SET active = false WHERE id = $1', [leaving.approverTwo]),
      )
      await session.put('authorization', authorizationRow(planned))
    })
    expect(await trying).toMatchObject({ outcome: 'refused', code: '40001' })
  })

  test('does not decide on what was authorized since', async () => {
    const planned = await approvedPromotion(world)
    const command = await askToDecide(planned, world.outsider)
    const trying = attack(asItWas(), async (session) => {
      await session.query('SELECT FROM decision')
      await as(world, 'worker_control', (meanwhile) =>
        meanwhile.put('authorization', authorizationRow(planned)),
      )
      await session.put('decision', decisionRow(planned, world.outsider, 1, command))
    })
    expect(await trying).toMatchObject({ outcome: 'refused' })
  })
})

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
