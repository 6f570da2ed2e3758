import { afterAll, expect, test } from 'vitest'
import { openTemporalClient } from '../../../src/temporal/connection.ts'
import { holdLock } from '../../faults/support/lock.ts'
import { openDeployment } from '../../support/deployment.ts'
import { inOneHour, openRoom, type Promotion, type Room, step } from './approving.ts'

const api = await openDeployment()
const control = api.testStores.superuser('control')
const temporal = openTemporalClient(api.temporal)
afterAll(() => temporal.close())

const acts = {
  approve: ({ vote }: Room, asked: Promotion) => vote('carl', asked),
  'withdraw a vote': ({ takeBack }: Room, asked: Promotion) =>
    takeBack('anna', asked, asked.decisions[0] ?? { id: crypto.randomUUID() as never }),
  override: ({ override }: Room, asked: Promotion) => override('dora', asked),
  submit: ({ act }: Room, asked: Promotion) => act('requester', asked, 'submit', { door: 'staging' }),
  resubmit: ({ resubmit }: Room, asked: Promotion) => resubmit(asked),
  withdraw: ({ act }: Room, asked: Promotion) =>
    act('requester', asked, 'withdraw', { door: 'staging', body: { reason: 'No' } }),
  abort: ({ act }: Room, asked: Promotion) =>
    act('requester', asked, 'abort', { door: 'staging', body: { reason: 'No' } }),
  schedule: ({ act }: Room, asked: Promotion) =>
    act('requester', asked, 'schedule', { door: 'staging', body: { notBefore: null } }),
  retry: ({ act }: Room, asked: Promotion) => act('erik', asked, 'retry'),
} as const

type Act = keyof typeof acts
const late: readonly Act[] = Object.keys(acts) as Act[]
const all = (...legal: readonly Act[]) => late.filter((one) => !legal.includes(one))

/** How a room's promotion comes to a state, with a vote of Anna's on it where there can be one. */
const ways: Readonly<Record<string, (room: Room) => Promise<Promotion>>> = {
  draft: (room) => room.ask({ draft: true }),
  awaiting_approval: (room) => voted(room),
  changes_requested: async (room) => {
    const asked = await voted(room)
    expect((await room.vote('ben', asked, 'request-changes')).status).toBe(201)
    return asked
  },
  scheduled: async (room) => {
    const asked = await voted(room)
    await room.approve(asked, 'ben')
    return asked
  },
  rejected: async (room) => {
    const asked = await voted(room)
    expect((await room.vote('ben', asked, 'reject')).status).toBe(201)
    return asked
  },
  withdrawn: async (room) => {
    const asked = await voted(room)
    expect((await acts.withdraw(room, asked)).status).toBe(200)
    return asked
  },
  promoted: async (room) => {
    const asked = await voted(room)
    await room.approve(asked, 'ben')
    await room.reach(asked, 'scheduled')
    expect((await acts.schedule(room, asked)).status).toBe(200)
    return asked
  },
}

async function voted(room: Room): Promise<Promotion> {
  const asked = await room.ask({ notBefore: inOneHour() })
  await room.approve(asked, 'anna')
  return asked
}

/** Everything that is told of a promotion: its events, its row and how long its workflow's history is. */
async function standing({ id }: Promotion) {
  const { rows: events } = await control.query(
    'SELECT seq, type FROM stream_event WHERE stream = $1 ORDER BY seq',
    [id],
  )
  const { rows: row } = await control.query('SELECT * FROM promotion WHERE id = $1', [id])
  const { rows: votes } = await control.query('SELECT * FROM decision WHERE promotion = $1 ORDER BY id', [id])
  return { events, row, votes }
}

const historyOf = async ({ id }: Promotion) =>
  (await temporal.client.workflow.getHandle(`promotion/${id}`).describe()).historyLength

test.each<[string, readonly Act[]]>([
  ['draft', all('submit', 'withdraw')],
  ['awaiting_approval', ['submit', 'retry']],
  ['changes_requested', all('resubmit', 'withdraw', 'abort')],
  ['scheduled', all('resubmit', 'withdraw', 'abort', 'schedule')],
  ['rejected', late],
  ['withdrawn', late],
  ['promoted', late],
])(
  'a promotion that is %s refuses what is not to be done then, and nothing of it changes',
  async (state, illegal) => {
    const room = await openRoom(api, { breakGlass: { group: 'rescuers', reviewWithin: 'P1D' } })
    const made = await ways[state]?.(room)
    if (made === undefined) throw new TypeError('a way to each state')
    const asked = state === 'draft' ? made : await room.reach(made, state)
    const ended = ['rejected', 'withdrawn', 'promoted'].includes(state)
    if (ended) await expect.poll(() => ofWorkflow(asked)).toBe('COMPLETED')
    const before = await standing(asked)
    const history = ended ? await historyOf(asked) : 0
    for (const name of illegal) {
      const response = await acts[name](room, asked)
      // Of a draft the destination does not hear that there is one.
      const expected = state === 'draft' ? [404, 409, 412] : [409]
      expect([name, response.status], await response.text()).toEqual([
        name,
        expect.toSatisfy((one) => expected.includes(one)),
      ])
    }
    expect(await standing(asked)).toEqual(before)
    if (ended) expect(await historyOf(asked)).toBe(history)
  },
)

async function ofWorkflow({ id }: Promotion): Promise<string> {
  return (await temporal.client.workflow.getHandle(`promotion/${id}`).describe()).status.name
}

test('a promotion on its way refuses everything at once, and lands', async () => {
  const room = await openRoom(api, {
    steps: [step(1)],
    breakGlass: { group: 'rescuers', reviewWithin: 'P1D' },
  })
  const asked = await room.ask()
  const lock = await holdLock(
    api.testStores.superuser('production'),
    'LOCK TABLE asset_version IN SHARE MODE',
  )
  await room.approve(asked, 'anna')
  await lock.waitedForBy('worker_production')
  const promoting = await room.reach(asked, 'promoting')
  const before = await standing(asked)
  const names = late.filter((name) => name !== 'retry' && name !== 'resubmit')
  for (const name of names) {
    expect([name, (await acts[name](room, promoting)).status]).toEqual([name, 409])
  }
  expect(await standing(asked)).toEqual(before)
  await lock.release()
  await room.reach(asked, 'promoted')
})
