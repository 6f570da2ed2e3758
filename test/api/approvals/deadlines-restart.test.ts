import { expect, test } from 'vitest'
import { allQueues, openDeployment } from '../../faults/support/deployment.ts'
import { eventually } from '../../faults/support/eventually.ts'
import { openRoom } from './approving.ts'

const deployment = await openDeployment()

test('no deadline moves when the workers are killed and others go on: each comes once, at its time', {
  timeout: 180_000,
}, async () => {
  const doomed = await deployment.startWorker(allQueues)
  const room = await openRoom(
    { ...deployment.api, testStores: deployment.stores },
    {
      remindAfter: ['PT2S', 'PT12S'],
      escalation: { after: 'PT13S', group: 'rescuers' },
      expiresAfter: 'PT14S',
    },
  )
  const asked = await room.ask()
  await eventually('the first reminder', async () => (await room.story(asked)).includes('reminded'))
  await doomed.kill()
  await deployment.startWorker(allQueues)

  await eventually('the end', async () => (await room.story(asked)).includes('expired'), 60_000)
  const story = await room.story(asked)
  expect(story.slice(-4)).toEqual(['reminded', 'reminded', 'escalated', 'expired'])
  expect((await room.read(asked)).expiresAt).toBe(asked.expiresAt)
})
