import { describe, expect, test } from 'vitest'
import { decideRollout } from '../../../src/domain/rollout/decide.ts'
import { describeMissing, missingToComplete, soakUntil } from '../../../src/domain/rollout/validation.ts'
import {
  activate,
  complete,
  confirm,
  done,
  having,
  later,
  moved,
  noon,
  pendingWith,
} from './sample-rollout.ts'

const soaking = having([activate, done], pendingWith({ validation: { lines: 3, soak: 'PT10S' } }))
const listed = having([activate, done], pendingWith({ validation: { lines: 2 } }))

describe('the signed checklist', () => {
  test('is confirmed line by line, in whatever order', () => {
    const state = having([confirm(2), confirm(1)], listed)
    expect(state).toMatchObject({ phase: 'active', confirmed: [2, 1] })
    expect(moved(state, complete()).phase).toBe('live')
  })

  test('is confirmed once for each line', () => {
    expect(decideRollout(moved(listed, confirm(1)), confirm(1))).toMatchObject({
      code: 'illegal-state',
      detail: 'Line 1 of the checklist is confirmed already.',
    })
  })

  test.each([0, 3, 1.5, -1])('has no line %d', (line) => {
    expect(decideRollout(listed, confirm(line))).toMatchObject({
      code: 'illegal-state',
      detail: 'The signed checklist has no such line.',
    })
  })

  test('has no line where the plan has none', () => {
    const nothing = having([activate, done], pendingWith({}))
    expect(decideRollout(nothing, confirm(1))).toMatchObject({ code: 'illegal-state' })
    expect(missingToComplete(nothing, noon)).toBeNull()
  })

  test('keeps it from being live while a line is open, and names it', () => {
    expect(decideRollout(moved(listed, confirm(1)), complete())).toMatchObject({
      code: 'illegal-state',
      detail: 'It does not go live yet. Line 2 of the checklist is not confirmed.',
    })
  })
})

describe('the soak', () => {
  const confirmed = having([confirm(1), confirm(2), confirm(3)], soaking)

  test('counts from when it was activated, and not before', () => {
    expect(soakUntil(soaking)).toBe(later(10_000))
    expect(soakUntil(pendingWith({ validation: { lines: 3, soak: 'PT10S' } }))).toBeNull()
    expect(soakUntil(listed)).toBeNull()
  })

  test('keeps it from being live until it is over, and says when that is', () => {
    expect(decideRollout(confirmed, complete(9_999))).toMatchObject({
      code: 'illegal-state',
      detail: `It does not go live yet. It soaks until ${later(10_000)}.`,
    })
    expect(decideRollout(confirmed, complete(10_000))).toMatchObject({
      kind: 'accepted',
      notBefore: later(10_000),
    })
  })
})

describe('what is missing is told', () => {
  test('with every open line, in the words of the checklist where they are at hand', () => {
    const missing = missingToComplete(moved(soaking, confirm(2)), noon)
    expect(missing).toEqual({ lines: [1, 3], soakUntil: later(10_000) })
    expect(describeMissing(missing, ['Orders arrive', 'Nobody is paged'])).toEqual([
      'Line 1 of the checklist is not confirmed: Orders arrive',
      'Line 3 of the checklist is not confirmed.',
      `It soaks until ${later(10_000)}.`,
    ])
  })

  test('without the soak once it is over, and not at all once nothing is', () => {
    expect(describeMissing(missingToComplete(soaking, later(10_000)))).toEqual([
      'Line 1 of the checklist is not confirmed.',
      'Line 2 of the checklist is not confirmed.',
      'Line 3 of the checklist is not confirmed.',
    ])
    expect(describeMissing(null)).toEqual([])
  })
})
