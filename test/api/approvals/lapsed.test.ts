import { describe, expect, test } from 'vitest'
import { openDeployment } from '../../support/deployment.ts'
import { inOneHour, openRoom, type Room, step } from './approving.ts'

const api = await openDeployment()

/** Approved by two people and waiting for its time. */
async function scheduled(
  rule: Parameters<typeof openRoom>[1] = {},
  before?: (room: Room) => Promise<unknown>,
) {
  const room = await openRoom(api, rule)
  await before?.(room)
  const asked = await room.ask({ notBefore: inOneHour() })
  return { room, asked }
}

const letItLand = async ({ act }: Room, asked: Parameters<Room['act']>[1]) =>
  expect((await act('erik', asked, 'schedule', { body: { notBefore: null } })).status).toBe(200)

/** The promotion waits for a signature again, nothing has landed, and a further signature lets it land. */
async function waitsAgain(
  room: Room,
  asked: Awaited<ReturnType<Room['ask']>>,
  rescuer: 'carl' | 'dora' = 'carl',
) {
  await letItLand(room, asked)
  const again = await room.reach(asked, 'awaiting_approval')
  expect(await room.landed()).toBe(0)
  expect(await room.story(asked)).toContain('approvals-lapsed')
  expect(again.expiresAt).toBeNull()
  await room.approve(asked, rescuer)
  await room.reach(asked, 'promoted')
}

describe('case 8: a vote no longer counts when, before the landing, its person', () => {
  test.each<[string, (room: Room) => Promise<Response>]>([
    ['left the group', ({ setGroup }) => setGroup('approvers', 'requester', 'editor', 'anna', 'carl')],
    ['lost every role in the destination', ({ takeRole }) => takeRole('ben')],
    ['was deactivated', ({ deactivate }) => deactivate('ben')],
  ])('%s', async (_, take) => {
    const { room, asked } = await scheduled()
    await room.approve(asked, 'anna', 'ben')
    await room.reach(asked, 'scheduled')
    expect((await take(room)).ok).toBe(true)
    await waitsAgain(room, asked)
    const { decisions } = await room.read(asked)
    const ofBen = decisions.find(({ person }) => person === room.people.ben.id)
    expect(ofBen?.withdrawnAt).not.toBeNull()
  })

  test('stands in for somebody no more', async () => {
    const { room, asked } = await scheduled()
    const given = await room.delegate('ben', 'erik')
    await room.approve(asked, 'anna', 'erik')
    await room.reach(asked, 'scheduled')
    expect((await room.endDelegation('ben', given)).status).toBe(204)
    await waitsAgain(room, asked)
  })

  test('stands in for somebody who left the group', async () => {
    const { room, asked } = await scheduled()
    await room.delegate('ben', 'erik')
    await room.approve(asked, 'anna', 'erik')
    await room.reach(asked, 'scheduled')
    await room.setGroup('approvers', 'anna', 'carl')
    await waitsAgain(room, asked)
  })

  test('stood in for the quorum and left the group that may', async () => {
    const breakGlass = { group: 'rescuers', reviewWithin: 'P1D' }
    const { room, asked } = await scheduled({ breakGlass, steps: [step(1)] })
    expect((await room.override('dora', asked)).status).toBe(201)
    await room.reach(asked, 'scheduled')
    await room.setGroup('rescuers', 'erik')
    await waitsAgain(room, asked)
  })
})

test('a vote that counted for one group is not carried by another one that its person joined', async () => {
  const { room, asked } = await scheduled({ steps: [step(2, { groups: ['approvers', 'rescuers'] })] })
  await room.approve(asked, 'anna', 'ben')
  await room.reach(asked, 'scheduled')
  await room.setGroup('approvers', 'anna', 'carl')
  await room.setGroup('rescuers', 'ben', 'dora')
  await waitsAgain(room, asked, 'dora')
})

test('who regained the right signs anew, and is counted once', async () => {
  const { room, asked } = await scheduled()
  await room.approve(asked, 'anna', 'ben')
  await room.reach(asked, 'scheduled')
  await room.setGroup('approvers', 'anna', 'carl')
  await letItLand(room, asked)
  await room.reach(asked, 'awaiting_approval')
  await room.setGroup('approvers', 'anna', 'ben', 'carl')
  await room.approve(asked, 'ben')
  const { decisions } = await room.reach(asked, 'promoted')
  expect(decisions.filter(({ withdrawnAt }) => withdrawnAt === null)).toHaveLength(2)
})

test('a vote lapses in the step that it was given in, and the steps after it stay signed', async () => {
  const { room, asked } = await scheduled({
    steps: [step(1, { name: 'review', kind: 'review', groups: ['rescuers', 'approvers'] }), step(1)],
  })
  await room.approve(asked, 'dora', 'anna')
  await room.reach(asked, 'scheduled')
  await room.setGroup('rescuers', 'erik')
  await letItLand(room, asked)
  const { steps } = await room.reach(asked, 'in_review')
  expect(steps.map(({ approved }) => approved)).toEqual([0, 1])
  await room.approve(asked, 'ben')
  await room.reach(asked, 'promoted')
})

test('where one person stands in for the quorum, a vote beside theirs that lapses stops nothing', async () => {
  const { room, asked } = await scheduled({ breakGlass: { group: 'rescuers', reviewWithin: 'P1D' } })
  await room.approve(asked, 'ben')
  expect((await room.override('dora', asked)).status).toBe(201)
  await room.reach(asked, 'scheduled')
  await room.takeRole('ben')
  await letItLand(room, asked)
  await room.reach(asked, 'promoted')
  expect(await room.story(asked)).not.toContain('approvals-lapsed')
})
