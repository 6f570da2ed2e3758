import { describe, expect, test } from 'vitest'
import { eventually } from '../../faults/support/eventually.ts'
import { openDeployment } from '../../support/deployment.ts'
import { openRoom, type Promotion, type Room, refusal, step } from './approving.ts'

const api = await openDeployment()
const escalation = { after: 'PT1S', group: 'rescuers' }

const happens = ({ story }: Room, promotion: Promotion, type: string, times = 1) =>
  eventually(`${type} ${times} times`, async () => {
    return (await story(promotion)).filter((one) => one === type).length === times
  })

test('who has not signed is reminded as often as the policy says, each an entry of the log', async () => {
  const room = await openRoom(api, { remindAfter: ['PT1S', 'PT2S'] })
  const asked = await room.ask()
  await happens(room, asked, 'reminded', 2)
  const entries = await room.entries(asked, 'promotion.reminded')
  expect(entries.map(({ details }) => details)).toMatchObject([{ reminder: 2 }, { reminder: 1 }])
  expect((await room.read(asked)).state).toBe('awaiting_approval')
})

test('nobody is reminded of what was approved', async () => {
  const room = await openRoom(api, { steps: [step(1)], remindAfter: ['PT5S'] })
  const asked = await room.ask()
  await room.approve(asked, 'anna')
  await room.reach(asked, 'promoted')
  expect(await room.story(asked)).not.toContain('reminded')
})

describe('the stand-in group', () => {
  test('may not sign before the time, and may once it was asked too', async () => {
    const room = await openRoom(api, { steps: [step(1)], escalation: { ...escalation, after: 'PT3S' } })
    const asked = await room.ask()
    expect(await refusal(room.vote('dora', asked))).toEqual([403, 'not-eligible'])
    await happens(room, asked, 'escalated')
    expect(await room.entries(asked, 'promotion.escalated')).toHaveLength(1)
    await room.approve(asked, 'dora')
    await room.reach(asked, 'promoted')
  })

  test('signs beside the group that is named, and raises no number and lowers none', async () => {
    const room = await openRoom(api, { escalation })
    const asked = await room.ask()
    await happens(room, asked, 'escalated')
    await room.approve(asked, 'dora')
    expect((await room.read(asked)).state).toBe('awaiting_approval')
    await room.approve(asked, 'anna')
    await room.reach(asked, 'promoted')
  })

  test('is asked anew for a new revision', async () => {
    const room = await openRoom(api, { escalation: { ...escalation, after: 'PT4S' } })
    const asked = await room.ask()
    await happens(room, asked, 'escalated')
    const again = (await (await room.resubmit(asked)).json()) as Promotion
    expect(await refusal(room.vote('dora', again))).toEqual([403, 'not-eligible'])
    await happens(room, asked, 'escalated', 2)
    await room.approve(again, 'dora', 'anna')
    await room.reach(again, 'promoted')
  })

  test('does not let a contributor of it sign', async () => {
    const room = await openRoom(api, { steps: [step(1)], escalation })
    const asked = await room.ask()
    await room.setGroup('rescuers', 'requester', 'dora')
    await happens(room, asked, 'escalated')
    expect(await refusal(room.vote('requester', asked))).toEqual([403, 'contributor-may-not-decide'])
  })
})

test('what nobody decided in time ends, once, and can be decided no more', async () => {
  const room = await openRoom(api, { expiresAfter: 'PT2S', remindAfter: ['PT1S'], escalation })
  const asked = await room.ask()
  await room.reach(asked, 'expired')
  expect(await refusal(room.vote('anna', asked))).toEqual([409, 'illegal-state'])
  const story = await room.story(asked)
  expect(story.filter((type) => ['reminded', 'escalated', 'expired'].includes(type)).sort()).toEqual([
    'escalated',
    'expired',
    'reminded',
  ])
  expect(await room.held(asked)).toEqual([])
})

test('what was approved in time does not expire while it waits for its own time', async () => {
  const room = await openRoom(api, { steps: [step(1)], expiresAfter: 'PT4S' })
  const asked = await room.ask({ notBefore: new Date(Date.now() + 7_000).toISOString() })
  await room.approve(asked, 'anna')
  await room.reach(asked, 'promoted')
  expect(await room.story(asked)).not.toContain('expired')
})

test('what was sent back expires, too, when nobody changes it in time', async () => {
  const room = await openRoom(api, { expiresAfter: 'PT4S' })
  const asked = await room.ask()
  expect((await room.vote('anna', asked, 'request-changes')).status).toBe(201)
  await room.reach(asked, 'expired')
  expect(await refusal(room.resubmit(asked))).toEqual([409, 'illegal-state'])
})
