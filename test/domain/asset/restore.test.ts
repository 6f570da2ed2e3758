import { describe, expect, test } from 'vitest'
import {
  type AskedVersion,
  problemOfRepeating,
  problemOfRepointing,
} from '../../../src/domain/asset/restore.ts'

const older: AskedVersion = {
  version: 1,
  digest: 'one',
  erased: false,
  discarded: false,
  landed: true,
  live: true,
}

describe('an older version becomes the next one', () => {
  const current = { version: 3, digest: 'three', deleted: false }

  test('when its content is there and another', () => {
    expect(problemOfRepeating(current, older)).toBeNull()
    expect(problemOfRepeating(current, { ...older, landed: false, live: false })).toBeNull()
  })

  test.each([
    ['unknown', current, undefined],
    ['deleted', { ...current, deleted: true }, older],
    ['current', current, { ...older, version: 3, digest: 'three' }],
    ['same-content', current, { ...older, digest: 'three' }],
    ['erased', current, { ...older, erased: true }],
  ] as const)('but not when it is %s', (problem, standing, asked) => {
    expect(problemOfRepeating(standing, asked)).toBe(problem)
  })
})

describe('an older version comes back into use', () => {
  const current = { activeVersion: 3, deleted: false }

  test('where the policy is fast and it was in use before, and so does a newer one', () => {
    expect(problemOfRepointing(current, older, 'fast')).toBeNull()
    expect(problemOfRepointing(current, { ...older, version: 4 }, 'fast')).toBeNull()
  })

  test.each([
    ['unknown', current, undefined],
    ['unknown', current, { ...older, discarded: true }],
    ['unknown', current, { ...older, landed: false }],
    ['deleted', { ...current, deleted: true }, older],
    ['current', current, { ...older, version: 3 }],
    ['never-live', current, { ...older, live: false }],
    ['never-live', { activeVersion: null, deleted: false }, older],
    ['erased', current, { ...older, erased: true }],
  ] as const)('but not when it is %s', (problem, standing, asked) => {
    expect(problemOfRepointing(standing, asked, 'fast')).toBe(problem)
  })

  test('and not at all where the policy wants approval, of whatever is there and not in use', () => {
    expect(problemOfRepointing(current, older, 'approval')).toBe('needs-approval')
    expect(problemOfRepointing(current, { ...older, version: 3 }, 'approval')).toBe('current')
    expect(problemOfRepointing(current, undefined, 'approval')).toBe('unknown')
  })
})
