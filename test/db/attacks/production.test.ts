import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import { approvedPromotion, authorizationRow, putGrant } from './approval.ts'
import { as, newWorld, type World } from './fixture.ts'
import { plannedPromotion, putCommand, stored } from './story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

describe('production’s worker', () => {
  const seen = (id: string) =>
    as(world, 'worker_production', (session) =>
      session.query('SELECT position FROM authorized_item WHERE promotion = $1 ORDER BY 1', [id]),
    )

  test('sees nothing of a promotion that is requested, planned or approved', async () => {
    for (const stage of [plannedPromotion, approvedPromotion]) {
      const { id } = await stage(world)
      expect(await seen(id)).toEqual([])
    }
  })

  test('sees nothing of an authorized promotion before its grant is in the log', async () => {
    const planned = await approvedPromotion(world)
    await as(world, 'worker_control', async (session) => {
      await session.put('authorization', authorizationRow(planned))
    })
    expect(await seen(planned.id)).toEqual([])
    const entry = uuidv7()
    await as(world, 'worker_control', (session) => putGrant(session, planned, 'land', entry))
    expect(await seen(planned.id)).toEqual([])
    await as(world, 'worker_control', (session) =>
      session.append('promotion.authorized', `promotion/${planned.id}`, {}, entry),
    )
    expect(await seen(planned.id)).toEqual([{ position: 1 }, { position: 2 }])
  })

  test('sees no command in production before control allows it', async () => {
    const content = stored({ command: uuidv7() })
    const id = await as(world, 'api', async (session) => {
      const stream = uuidv7()
      const command = await putCommand(session, world.requester, {
        kind: 'create-asset',
        stream,
        streamKind: 'production-command',
      })
      const digest = Buffer.from(content.digest, 'hex')
      await session.put('content', { digest, bytes: content.bytes })
      await session.put('production_command', {
        id: command,
        kind: 'create-asset',
        environment: world.production,
        asset: uuidv7(),
        type: 'destination',
        name: 'The clinic',
        content_digest: digest,
        expected_version: 0,
        person: world.requester,
      })
      return command
    })
    const looking = () =>
      as(world, 'worker_production', (session) =>
        session.query('SELECT id, fence FROM authorized_production_command'),
      )
    expect(await looking()).toEqual([])
    const entry = uuidv7()
    await as(world, 'worker_control', async (session) => {
      await session.put('production_command_grant', { production_command: id, fence: 1, entry })
      await session.append('production-command.authorized', `production-command/${id}`, {}, entry)
    })
    expect(await looking()).toEqual([{ id, fence: '1' }])
  })
})
