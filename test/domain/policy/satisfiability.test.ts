import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifier, type PersonId } from '../../../src/domain/identifiers.ts'
import {
  type Candidate,
  canBeSigned,
  indispensable,
  maySign,
  type Signing,
} from '../../../src/domain/policy/satisfiability.ts'

const person = (place: number) =>
  identifier<PersonId>(`01890000-0000-7000-8000-${String(place).padStart(12, '0')}`)

const groupNames = ['approvers', 'physicians', 'security']
const groups = fc.subarray(groupNames)

const candidates = fc
  .array(groups, { maxLength: 5 })
  .map((all): readonly Candidate[] => all.map((own, place) => ({ person: person(place), groups: own })))

const steps: fc.Arbitrary<readonly Signing[]> = fc.array(
  fc.record(
    {
      approvals: fc.integer({ min: 1, max: 3 }),
      groups,
      people: fc.subarray([0, 1, 2, 3, 4]).map((places) => places.map(person)),
      atLeastOneOf: fc.subarray(groupNames, { minLength: 1 }),
    },
    { requiredKeys: ['approvals', 'groups'] },
  ),
  { minLength: 1, maxLength: 3 },
)

function teamsOf(step: Signing, all: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const able = all.filter((candidate) => maySign(step, candidate))
  const teams = able.reduce<readonly (readonly Candidate[])[]>(
    (sofar, one) => sofar.concat(sofar.map((team) => [...team, one])),
    [[]],
  )
  const { approvals, atLeastOneOf } = step
  return teams.filter(
    (team) =>
      team.length === approvals &&
      (atLeastOneOf === undefined ||
        team.some((one) => one.groups.some((group) => atLeastOneOf.includes(group)))),
  )
}

/** Tries every team for every step, one after the other. */
function someoneSigns(
  [step, ...others]: readonly Signing[],
  all: readonly Candidate[],
  severalSteps: boolean,
): boolean {
  if (step === undefined) return true
  return teamsOf(step, all).some((team) =>
    someoneSigns(others, severalSteps ? all : all.filter((one) => !team.includes(one)), severalSteps),
  )
}

const excluded = fc.subarray([0, 1, 2, 3, 4]).map((places) => new Set(places.map(person)))

describe('whether a rule can be signed', () => {
  test('is what trying every choice of people says', () => {
    fc.assert(
      fc.property(steps, candidates, excluded, fc.boolean(), (asked, all, without, severalSteps) => {
        const left = all.filter((one) => !without.has(one.person))
        const { byStep, satisfiable } = canBeSigned(asked, all, without, severalSteps)
        expect(satisfiable).toBe(someoneSigns(asked, left, severalSteps))
        expect(byStep.map(({ enough }) => enough)).toEqual(
          asked.map((step) => teamsOf(step, left).length > 0),
        )
        expect(byStep.map(({ position, needed }) => [position, needed])).toEqual(
          asked.map(({ approvals }, place) => [place + 1, approvals]),
        )
        expect(byStep.flatMap(({ able }) => able).some((one) => without.has(one))).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  test('never gets worse by one more person', () => {
    fc.assert(
      fc.property(steps, candidates, groups, fc.boolean(), (asked, all, own, severalSteps) => {
        const more = [...all, { person: person(9), groups: own }]
        const before = canBeSigned(asked, all, new Set(), severalSteps).satisfiable
        expect(before && !canBeSigned(asked, more, new Set(), severalSteps).satisfiable).toBe(false)
      }),
    )
  })

  test('moves people along a chain where the next step needs the one it gave before', () => {
    const [anna, ben, cora] = [person(1), person(2), person(3)]
    const all = [anna, ben, cora].map((one) => ({ person: one, groups: [] }))
    const step = (people: readonly PersonId[]) => ({ approvals: 1, groups: [], people })
    const asked = [step([anna, ben]), step([anna, cora]), step([anna])]
    expect(canBeSigned(asked, all, new Set(), false).satisfiable).toBe(true)
    expect(canBeSigned([...asked, step([ben, cora])], all, new Set(), false)).toMatchObject({
      satisfiable: false,
      byStep: [{ enough: true }, { enough: true }, { enough: true }, { enough: true }],
    })
  })

  test('is decided soon for as many people and steps as there may be', () => {
    const all = Array.from({ length: 1_000 }, (_, place) => ({
      person: person(place),
      groups: ['approvers'],
    }))
    const asked = Array.from({ length: 10 }, () => ({ approvals: 100, groups: ['approvers'] }))
    expect(canBeSigned(asked, all, new Set(), false).satisfiable).toBe(true)
    expect(canBeSigned(asked, all, new Set([person(7)]), false).satisfiable).toBe(false)
    const people = all.map((one) => one.person)
    expect(indispensable(asked, all, people, false)).toEqual(people)
    expect(
      indispensable(asked, [...all, { person: person(1_000), groups: ['approvers'] }], people, false),
    ).toEqual([])
  })
})

test('those are indispensable whose leaving makes it impossible', () => {
  fc.assert(
    fc.property(steps, candidates, fc.boolean(), (asked, all, severalSteps) => {
      const people = all.map((one) => one.person)
      const possible = someoneSigns(asked, all, severalSteps)
      const expected = people.filter(
        (one) =>
          possible &&
          !someoneSigns(
            asked,
            all.filter((other) => other.person !== one),
            severalSteps,
          ),
      )
      expect(indispensable(asked, all, people, severalSteps)).toEqual(expected)
    }),
    { numRuns: 2_000 },
  )
})
