import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign } from '../../../src/domain/policy/assignment.ts'

const demands = fc.array(
  fc.record({ needed: fc.integer({ min: 0, max: 3 }), able: fc.uniqueArray(fc.nat(5), { maxLength: 6 }) }),
  { maxLength: 4 },
)

test('people who are found for several demands serve one each, as many as it needs and only who is able', () => {
  fc.assert(
    fc.property(demands, (asked) => {
      const found = assign(asked)
      if (found === null) return
      for (const [place, { needed, able }] of asked.entries()) {
        const serving = [...found].filter(([, demand]) => demand === place).map(([person]) => person)
        expect(serving).toHaveLength(needed)
        expect(able).toEqual(expect.arrayContaining(serving))
      }
      expect(found.size).toBe(asked.reduce((total, { needed }) => total + needed, 0))
    }),
    { numRuns: 2_000 },
  )
})

test('who served one demand moves to another along a chain', () => {
  const asked = [
    { needed: 1, able: [0, 1] },
    { needed: 1, able: [0, 2] },
    { needed: 1, able: [0] },
  ]
  expect(assign(asked)).toEqual(
    new Map([
      [0, 2],
      [1, 0],
      [2, 1],
    ]),
  )
  expect(assign([...asked, { needed: 1, able: [1, 2] }])).toBeNull()
  expect(assign([{ needed: 2, able: [0] }])).toBeNull()
  expect(assign([])).toEqual(new Map())
})
