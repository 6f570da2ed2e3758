import { expect, test } from 'vitest'
import { eventually } from '../../faults/support/eventually.ts'
import { openDeployment } from '../../support/deployment.ts'
import { openRoom, type Promotion, refusal, step } from './approving.ts'

const api = await openDeployment()
const one = { steps: [step(1)] }

test('a stand-in signs for the groups of who is away, in their own name, and the log tells for whom', async () => {
  const room = await openRoom(api, one)
  const asked = await room.ask()
  expect(await refusal(room.vote('erik', asked))).toEqual([403, 'not-eligible'])
  await room.delegate('ben', 'erik')
  await room.approve(asked, 'erik')
  const { decisions } = await room.reach(asked, 'promoted')
  expect(decisions).toMatchObject([{ person: room.people.erik.id, printedName: 'erik' }])
  expect(await room.entries(asked, 'promotion.decided')).toMatchObject([
    { actor: { person: room.people.erik.id }, details: { standsInFor: [room.people.ben.id] } },
  ])
})

test('a stand-in of two people is one person, with one vote', async () => {
  const room = await openRoom(api)
  const asked = await room.ask()
  await room.delegate('ben', 'erik')
  await room.delegate('anna', 'erik')
  await room.approve(asked, 'erik')
  expect(await refusal(room.vote('erik', asked))).toEqual([409, 'already-decided'])
  expect((await room.read(asked)).state).toBe('awaiting_approval')
})

test('a stand-in replaces no contributor', async () => {
  const room = await openRoom(api, one)
  const asked = await room.ask()
  await room.delegate('requester', 'erik')
  expect(await refusal(room.vote('erik', asked))).toEqual([403, 'not-eligible'])
})

test('a contributor signs for nobody', async () => {
  const room = await openRoom(api, one)
  const asked = await room.ask()
  await room.delegate('ben', 'requester')
  expect(await refusal(room.vote('requester', asked))).toEqual([403, 'contributor-may-not-decide'])
})

test('who has signed is not signed for once more', async () => {
  const room = await openRoom(api)
  const asked = await room.ask()
  await room.delegate('ben', 'erik')
  await room.approve(asked, 'ben')
  expect(await refusal(room.vote('erik', asked))).toEqual([403, 'not-eligible'])
})

test('one right is not two votes: who was signed for approves only once that was taken back, and may reject at any time', async () => {
  const room = await openRoom(api)
  const [asked, other] = [await room.ask(), await room.ask()]
  await room.delegate('ben', 'erik')
  await room.approve(asked, 'erik')
  expect(await refusal(room.vote('ben', asked))).toEqual([409, 'already-decided'])
  expect(await room.story(asked)).not.toContain('step-completed')
  const [vote] = (await room.read(asked)).decisions
  expect(vote && (await room.takeBack('erik', asked, vote)).ok).toBe(true)
  await room.approve(asked, 'ben', 'anna')
  await room.reach(asked, 'promoted')

  await room.approve(other, 'erik')
  expect((await room.vote('ben', other, 'reject')).ok).toBe(true)
  await room.reach(other, 'rejected')
})

test('a stand-in who may sign by their own right takes nobody’s vote', async () => {
  const room = await openRoom(api)
  const asked = await room.ask()
  await room.delegate('anna', 'ben')
  await room.approve(asked, 'ben', 'anna')
  await room.reach(asked, 'promoted')
})

test('a stand-in passes nothing on', async () => {
  const room = await openRoom(api, one)
  const asked = await room.ask()
  await room.delegate('ben', 'dora')
  await room.delegate('dora', 'erik')
  expect(await refusal(room.vote('erik', asked))).toEqual([403, 'not-eligible'])
})

test('nobody stands in before the period, after it, or once it was ended', async () => {
  const room = await openRoom(api, one)
  const asked = await room.ask()
  await room.delegate('ben', 'erik', new Date(Date.now() + 2_000).toISOString())
  const overSince = async () => (await room.vote('erik', asked)).status
  await eventually('the period is over', async () => {
    const { rows } = await api.testStores
      .superuser('control')
      .query('SELECT bool_and(ends_at < clock_timestamp()) AS over FROM delegation WHERE stand_in = $1', [
        room.people.erik.id,
      ])
    return rows[0].over
  })
  expect(await overSince()).toBe(403)
  const given = await room.delegate('ben', 'erik')
  expect((await room.endDelegation('ben', given)).status).toBe(204)
  expect(await overSince()).toBe(403)
})

test('a stand-in needs a role in the destination themselves', async () => {
  const room = await openRoom(api, one)
  const asked = await room.ask()
  await room.delegate('ben', 'erik')
  await room.takeRole('erik')
  expect((await room.vote('erik', asked)).ok).toBe(false)
  expect(((await room.read(asked)) satisfies Promotion).decisions).toEqual([])
})
