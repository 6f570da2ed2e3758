import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withLock } from '../../src/embedded/lock.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('only one at a time works under a lock, also when the lock was left behind by the dead', async () => {
  const file = join(await temporaryFolder(), 'lock')
  await writeFile(file, JSON.stringify({ processId: 2 ** 22, startedAt: 'long ago' }))
  let inside = 0
  let most = 0

  await Promise.all(
    Array.from({ length: 8 }, () =>
      withLock(file, async () => {
        inside += 1
        most = Math.max(most, inside)
        await new Promise(setImmediate)
        inside -= 1
      }),
    ),
  )

  expect(most).toBe(1)
})

test('a lock is free again after its work has failed', async () => {
  const file = join(await temporaryFolder(), 'lock')

  await expect(withLock(file, () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck')

  expect(await withLock(file, async () => 'next')).toBe('next')
})
