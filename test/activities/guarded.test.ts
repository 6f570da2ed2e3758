import { ApplicationFailure } from '@temporalio/activity'
import { expect, test } from 'vitest'
import { guarded } from '../../activities/guarded.ts'

class RowRefused extends Error {
  override readonly name = 'RowRefused'
}

test('a failing activity tells a history its kind, and no message, cause or trace', async () => {
  const heard: unknown[] = []
  const { act } = guarded<{ act(): Promise<void> }>(
    { act: () => Promise.reject(new RowRefused('insert into person values (Ada)')) },
    (activity, error) => heard.push([activity, error]),
  )
  const failure = await act().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ApplicationFailure)
  expect(failure).toMatchObject({
    type: 'RowRefused',
    message: 'activity act failed',
    stack: '',
    nonRetryable: false,
  })
  expect((failure as Error).cause).toBeUndefined()
  expect(heard).toEqual([['act', expect.any(RowRefused)]])
})
