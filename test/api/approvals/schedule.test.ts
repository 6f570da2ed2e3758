import { describe, expect, test } from 'vitest'
import { holdLock } from '../../faults/support/lock.ts'
import { openDeployment } from '../../support/deployment.ts'
import { inOneHour, type Name, openRoom, type Promotion, type Room, refusal, step } from './approving.ts'

const api = await openDeployment()
const one = { steps: [step(1)] }

async function approved(rule: Parameters<typeof openRoom>[1], more: object = {}) {
  const room = await openRoom(api, { ...one, ...rule })
  const asked = await room.ask(more)
  await room.approve(asked, 'anna')
  return { room, asked }
}

const schedule = ({ act }: Room, name: Name, asked: Promotion, notBefore: string | null, door?: 'staging') =>
  act(name, asked, 'schedule', { body: { notBefore }, ...(door === undefined ? {} : { door }) })

const abort = ({ act }: Room, name: Name, asked: Promotion, door?: 'staging') =>
  act(name, asked, 'abort', { body: { reason: 'Not tonight' }, ...(door === undefined ? {} : { door }) })

test('what is approved for later waits for its time, says so, and lands then by itself', async () => {
  const first = inOneHour()
  const { room, asked } = await approved({}, { notBefore: first })
  const waiting = await room.reach(asked, 'scheduled')
  expect([waiting.hindrances, waiting.opensAt]).toEqual([['not-before'], first])
  const notBefore = new Date(Date.now() + 4_000).toISOString()
  expect((await schedule(room, 'erik', asked, notBefore)).status).toBe(200)
  await room.reach(asked, 'promoted')
  const { rows } = await api.testStores
    .superuser('control')
    .query(
      'SELECT authorized_at >= $2::timestamptz AS afterwards FROM "authorization" WHERE promotion = $1',
      [asked.id, notBefore],
    )
  expect(rows).toEqual([{ afterwards: true }])
})

test('its time is put off and brought forward, by its requester or an engineer of the destination', async () => {
  const { room, asked } = await approved({}, { notBefore: inOneHour() })
  await room.reach(asked, 'scheduled')
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  expect((await schedule(room, 'requester', asked, tomorrow, 'staging')).status).toBe(200)
  await expect.poll(async () => (await room.read(asked)).opensAt).toBe(tomorrow)
  expect(await refusal(schedule(room, 'ben', asked, null))).toEqual([403, 'forbidden'])
  expect(await refusal(schedule(room, 'editor', asked, null, 'staging'))).toEqual([403, 'forbidden'])
  expect((await schedule(room, 'erik', asked, null)).status).toBe(200)
  await room.reach(asked, 'promoted')
})

describe('a promotion is stopped before it lands', () => {
  test.each<[Name, 'staging' | undefined]>([
    ['requester', 'staging'],
    ['erik', undefined],
  ])('by %s, and frees its assets', async (name, door) => {
    const { room, asked } = await approved({}, { notBefore: inOneHour() })
    await room.reach(asked, 'scheduled')
    expect(await refusal(abort(room, 'ben', asked))).toEqual([403, 'forbidden'])
    const answer = await abort(room, name, asked, door)
    expect(((await answer.json()) as Promotion).state).toBe('withdrawn')
    expect([await room.held(asked), await room.landed()]).toEqual([[], 0])
  })

  test('and not once it is on its way, nor after its end', async () => {
    const room = await openRoom(api, one)
    const asked = await room.ask()
    const lock = await holdLock(
      api.testStores.superuser('production'),
      'LOCK TABLE asset_version IN SHARE MODE',
    )
    await room.approve(asked, 'anna')
    await lock.waitedForBy('worker_production')
    expect(await refusal(abort(room, 'erik', asked))).toEqual([409, 'illegal-state'])
    expect(await refusal(schedule(room, 'erik', asked, inOneHour()))).toEqual([409, 'illegal-state'])
    await lock.release()
    await room.reach(asked, 'promoted')
    expect(await refusal(abort(room, 'erik', asked))).toEqual([409, 'illegal-state'])
    expect(await room.landed()).toBe(1)
  })
})

describe('by the windows of its policy', () => {
  const zone = 'Etc/UTC'
  const daily = (start: Date, duration: string) => ({
    recurrence: `DTSTART:${start.toISOString().replaceAll(/[-:]|\.\d+Z$/g, '')}\nRRULE:FREQ=DAILY`,
    zone,
    duration,
  })
  const startingIn = (milliseconds: number) => new Date(Date.now() + milliseconds - 86_400_000)

  test('it lands while one that allows it is open', async () => {
    const windows = [{ name: 'Nights', kind: 'allow' as const, ...daily(startingIn(-3_600_000), 'PT2H') }]
    const { room, asked } = await approved({ windows })
    await room.reach(asked, 'promoted')
  })

  test('it waits for the next one that allows it, and says when that opens', async () => {
    const opens = startingIn(3_600_000)
    const windows = [{ name: 'Nights', kind: 'allow' as const, ...daily(opens, 'PT2H') }]
    const { room, asked } = await approved({ windows })
    const { hindrances, opensAt } = await room.reach(asked, 'scheduled')
    expect(hindrances).toEqual(['window'])
    expect(Math.abs(Date.parse(opensAt ?? '') - opens.getTime() - 86_400_000)).toBeLessThan(1_000)
    expect(await room.landed()).toBe(0)
  })

  test('it waits for the end of one that denies it, whoever is in a hurry', async () => {
    const windows = [{ name: 'Clinic', kind: 'deny' as const, ...daily(startingIn(-3_600_000), 'PT2H') }]
    const { room, asked } = await approved({ windows })
    const { hindrances, opensAt } = await room.reach(asked, 'scheduled')
    expect(hindrances).toEqual(['window'])
    expect(opensAt).not.toBeNull()
    expect((await schedule(room, 'erik', asked, null)).status).toBe(200)
    expect((await room.read(asked)).state).toBe('scheduled')
  })

  test('an own time inside what is closed lands when it opens', async () => {
    const opens = startingIn(7_200_000)
    const windows = [{ name: 'Nights', kind: 'allow' as const, ...daily(opens, 'PT2H') }]
    const { room, asked } = await approved({ windows }, { notBefore: inOneHour() })
    const { hindrances, opensAt } = await room.reach(asked, 'scheduled')
    expect(hindrances).toEqual(['not-before', 'window'])
    expect(Math.abs(Date.parse(opensAt ?? '') - opens.getTime() - 86_400_000)).toBeLessThan(1_000)
  })
})
