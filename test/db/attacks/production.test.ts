import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import { approvedPromotion, authorizationRow, putGrant } from './approval.ts'
import { as, newWorld, type World } from './fixture.ts'
import { type Planned, plannedPromotion, putCommand, stored } from './story.ts'

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

  /** Control grants a purpose with the id of an entry that says something, of that promotion or another. */
  async function granting(planned: Planned, purpose: string, type: string, about: string): Promise<void> {
    const entry = uuidv7()
    const of = { promotion: planned.id, revision: 1, purpose }
    const asked = { kind: 'activate', streamKind: 'rollout', stream: planned.id }
    const command =
      purpose === 'activate'
        ? await as(world, 'api', (session) => putCommand(session, world.approverOne, asked))
        : null
    await as(world, 'worker_control', async (session) => {
      await session.put('production_grant', { ...of, entry, command })
      for (const { position, target } of planned.items) {
        await session.put('production_grant_fence', { ...of, position, target_asset: target, fence: 1 })
      }
      await session.append(type, `promotion/${about}`, {}, entry)
    })
  }

  const rights = [
    ['land', 'promotion.authorized'],
    ['discard', 'promotion.compensating'],
    ['activate', 'rollout.activation-authorized'],
  ] as const

  async function ungranted(): Promise<Planned> {
    const planned = await approvedPromotion(world)
    await as(world, 'worker_control', (session) => session.put('authorization', authorizationRow(planned)))
    return planned
  }

  test.each(rights)('sees what it may %s by an entry %s', async (purpose, type) => {
    const planned = await ungranted()
    await granting(planned, purpose, type, planned.id)
    expect(await seen(planned.id)).toEqual([{ position: 1 }, { position: 2 }])
  })

  test.each(rights)('sees nothing to %s by an entry that is not %s', async (purpose, type) => {
    const others = [...rights.map(([, other]) => other), 'promotion.planned'].filter(
      (other) => other !== type,
    )
    for (const other of others) {
      const planned = await ungranted()
      await granting(planned, purpose, other, planned.id)
      expect(await seen(planned.id)).toEqual([])
    }
  })

  test.each(rights)('sees nothing to %s by an entry %s about another promotion', async (purpose, type) => {
    const planned = await ungranted()
    await granting(planned, purpose, type, (await ungranted()).id)
    expect(await seen(planned.id)).toEqual([])
  })

  test('sees no command in production before control allows it', async () => {
    const content = stored({ command: uuidv7() })
    const asset = uuidv7()
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
        asset,
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
      await session.append('production-command.authorized', `asset/${asset}`, {}, entry)
    })
    expect(await looking()).toEqual([{ id, fence: '1' }])
  })
})
