import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../faults/support/eventually.ts'
import { openStores } from '../../support/stores.ts'
import { askToDecide, decisionRow } from './approval.ts'
import { attack, refusedBy, tryAs } from './attack.ts'
import { as, newWorld, type World } from './fixture.ts'
import type { Isolation, Row } from './session.ts'
import { plannedPromotion, putCommand } from './story.ts'

const stores = await openStores()
let world: World

beforeEach(async () => {
  world = await newWorld(stores)
})

const byRevokedKey = refusedBy('23514', 'asked_with_a_standing_key')

/** A row that would carry out what approver one asked for with their key. */
interface Carrying {
  readonly table: string
  readonly row: Row
}

/** Everybody's key goes by their own id. */
function setKey(column: 'revoked_at' | 'expires_at', login: 'api' | 'superuser' = 'api'): Promise<unknown> {
  const text = `UPDATE api_key SET ${column} = now() WHERE id = $1`
  const speaking = { stores, login, organization: world.organization }
  return tryAs(speaking, (session) => session.query(text, [world.approverOne]))
}

async function decision(): Promise<Carrying> {
  const planned = await plannedPromotion(world)
  const command = await askToDecide(planned, world.approverOne)
  return { table: 'decision', row: decisionRow(planned, world.approverOne, 1, command) }
}

async function eventOf(streamKind: 'promotion' | 'rollout', kind: string, type: string): Promise<Carrying> {
  const { id: stream } = await plannedPromotion(world)
  await stores
    .superuser('control')
    .query('INSERT INTO stream (organization, kind, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      world.organization,
      streamKind,
      stream,
    ])
  const command = await as(world, 'api', (session) =>
    putCommand(session, world.approverOne, { kind, stream, streamKind }),
  )
  const event = { stream_kind: streamKind, stream, seq: 1, type, data: Buffer.from('{}'), command }
  return { table: 'stream_event', row: event }
}

/** The allowance to supply a secret, of those acts in production that need nothing else. */
async function allowance(): Promise<Carrying> {
  const command = await as(world, 'api', async (session) => {
    const given = { kind: 'request', stream: uuidv7(), streamKind: 'production-command' }
    const id = await putCommand(session, world.approverOne, given)
    await session.put('production_command', {
      id,
      kind: 'supply-secret',
      environment: world.production,
      asset: uuidv7(),
      type: 'destination',
      name: 'The clinic',
      expected_version: 1,
      person: world.approverOne,
    })
    return id
  })
  return {
    table: 'production_command_grant',
    row: { production_command: command, fence: 1, entry: uuidv7() },
  }
}

const ways = [
  ['a decision', decision],
  ['a withdrawal', () => eventOf('promotion', 'withdraw', 'withdrawn')],
  ['an activation', () => eventOf('rollout', 'activate', 'activation-authorized')],
  ['an allowance of production', allowance],
] as const

function carrying({ table, row }: Carrying, login: 'worker_control' | 'superuser') {
  return attack({ stores, login, organization: world.organization }, (session) => session.put(table, row))
}

describe.each(ways)('%s', (_, prepare) => {
  test.each(['worker_control', 'superuser'] as const)(
    'is refused to %s once its key is revoked',
    async (login) => {
      const prepared = await prepare()
      await setKey('revoked_at')
      expect(await carrying(prepared, login)).toEqual(byRevokedKey)
    },
  )

  test('is let through when its key only expired', async () => {
    const prepared = await prepare()
    await setKey('expires_at', 'superuser')
    expect(await carrying(prepared, 'worker_control')).toMatchObject({ outcome: 'accepted', changed: true })
  })

  test.each<Isolation>(['read committed', 'repeatable read', 'serializable'])(
    'is refused to who began, under %s, before its key was revoked',
    async (isolation) => {
      const { table, row } = await prepare()
      const speaking = {
        stores,
        login: 'worker_control',
        organization: world.organization,
        isolation,
      } as const
      const trying = tryAs(speaking, async (session) => {
        await session.query('SELECT FROM command')
        await setKey('revoked_at')
        await session.put(table, row)
      })
      expect(await trying).toMatchObject({ outcome: 'refused' })
    },
  )

  test('keeps its key from being revoked until it is carried out', async () => {
    const { table, row } = await prepare()
    let revoking: Promise<unknown> = Promise.resolve()
    await as(world, 'worker_control', async (session) => {
      await session.put(table, row)
      const [self] = await session.query('SELECT pg_backend_pid() AS session')
      revoking = setKey('revoked_at')
      await eventually('revoking waits for it', async () => {
        const { rowCount } = await stores
          .superuser('control')
          .query('SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))', [self?.session])
        return rowCount === 1
      })
    })
    expect(await revoking).toMatchObject({ outcome: 'accepted' })
  })
})

test('a step of a workflow’s own rests on no key', async () => {
  const { row } = await eventOf('promotion', 'withdraw', 'preflight-started')
  await setKey('revoked_at')
  const own = { table: 'stream_event', row: { ...row, command: '1/1/preflight' } }
  expect(await carrying(own, 'worker_control')).toMatchObject({ outcome: 'accepted' })
})
