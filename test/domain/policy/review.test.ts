import { describe, expect, test } from 'vitest'
import { identifier, instant, type PersonId } from '../../../src/domain/identifiers.ts'
import {
  asPolicy,
  initialPolicy,
  lastRule,
  type Policy,
  type PolicyCondition,
  type PolicyRule,
  policyDocument,
  restoreRule,
  routingRule,
} from '../../../src/domain/policy/policy.ts'
import { reviewPolicy } from '../../../src/domain/policy/review.ts'
import { canBeSigned, maySign } from '../../../src/domain/policy/satisfiability.ts'
import { termsOf } from '../../../src/domain/policy/terms.ts'
import { warningsOfRouting } from '../../../src/domain/policy/warnings.ts'

const person = (place: number) =>
  identifier<PersonId>(`01890000-0000-7000-8000-${String(place).padStart(12, '0')}`)
const [anna, bela, clara] = [person(1), person(2), person(3)]
const candidate = (who: PersonId, ...groups: readonly string[]) => ({ person: who, groups })

const step = { name: 'approval', kind: 'approval', approvals: 2, groups: ['approvers'] } as const
const rule: PolicyRule = { name: 'every promotion', steps: [step], expiresAfter: 'P7D', landWithin: 'PT10M' }
const people = [candidate(anna, 'approvers'), candidate(bela, 'approvers', 'on-call'), candidate(clara)]

const review = (rules: readonly PolicyRule[], candidates = people, requesters = [candidate(clara)]) =>
  reviewPolicy({ rules }, { candidates, requesters })

describe('the review of a rule', () => {
  test('tells who could sign each step', () => {
    expect(review([rule])).toEqual({
      satisfiable: true,
      rules: [
        {
          position: 1,
          name: 'every promotion',
          satisfiable: true,
          unsatisfiableWithout: [],
          steps: [
            { name: 'approval', kind: 'approval', position: 1, able: [anna, bela], needed: 2, enough: true },
          ],
        },
      ],
      warnings: [],
    })
  })

  test('counts nobody for a step that waits for another system, and no system for anybody', () => {
    const ticket = { name: 'ticket', kind: 'external', publicKey: 'key' } as const
    const { satisfiable, rules, warnings } = review([{ ...rule, steps: [ticket, step] }])
    expect([satisfiable, warnings]).toEqual([true, []])
    expect(rules[0]?.steps).toEqual([
      { name: 'ticket', kind: 'external', position: 1, able: [], needed: 0, enough: true },
      { name: 'approval', kind: 'approval', position: 2, able: [anna, bela], needed: 2, enough: true },
    ])
    expect(rules[0]?.unsatisfiableWithout).toEqual([])
    const [alone] = review([{ ...rule, steps: [ticket, step] }], people.slice(1)).rules
    expect(alone).toMatchObject({ satisfiable: false, steps: [{ enough: true }, { enough: false }] })
  })

  test('lowers no number of people by a system', () => {
    const ticket = { name: 'ticket', kind: 'external', publicKey: 'key' } as const
    const when = { types: { any: ['filter'] } }
    const chosen = (steps: PolicyRule['steps']) =>
      warningsOfRouting({ rules: [{ ...rule, name: 'chosen', when, steps }, rule] })
    expect(chosen([ticket, step])).toEqual([])
    expect(chosen([ticket, { ...step, approvals: 1 }])).toMatchObject([{ code: 'fewer-people-by-adding' }])
  })

  test('tells who could stand in, and whom it would ask as well', () => {
    const breakGlass = { group: 'on-call', reviewWithin: 'P1D' }
    const escalation = { after: 'P1D', group: 'approvers' }
    const { rules, warnings } = review([{ ...rule, breakGlass, escalation }])
    expect(rules[0]).toMatchObject({
      breakGlass: { group: 'on-call', able: [bela] },
      escalation: { group: 'approvers', able: [anna, bela] },
    })
    expect(warnings).toEqual([])
    expect(review([rule]).rules[0]).not.toHaveProperty('breakGlass')
    expect(review([rule]).rules[0]).not.toHaveProperty('escalation')
  })

  test('warns of groups that nobody is in', () => {
    const breakGlass = { group: 'nobody', reviewWithin: 'P1D' }
    const escalation = { after: 'P1D', group: 'nobody' }
    expect(review([{ ...rule, breakGlass, escalation }]).warnings).toEqual([
      {
        code: 'empty-break-glass',
        pointer: '/rules/0/breakGlass',
        message: 'Nobody of today could stand in for the quorum by the rule “every promotion”.',
      },
      {
        code: 'empty-escalation',
        pointer: '/rules/0/escalation',
        message: 'Nobody of today would be asked when the rule “every promotion” escalates.',
      },
    ])
  })

  test('warns of a step that too few can sign, and of that alone', () => {
    const lonely = { ...step, name: 'security', groups: ['security'] }
    const { satisfiable, warnings } = review([{ ...rule, steps: [step, lonely] }])
    expect(satisfiable).toBe(false)
    expect(warnings).toEqual([
      {
        code: 'too-few-people',
        pointer: '/rules/0/steps/1',
        message:
          'Too few people of today can sign the step “security” of the rule “every promotion”, which wants 2.',
      },
    ])
  })

  test('warns of steps that have enough people each and too few together', () => {
    const twice = { ...rule, steps: [step, { ...step, name: 'again' }] }
    expect(review([twice]).warnings).toEqual([
      {
        code: 'too-few-people',
        pointer: '/rules/0/steps',
        message:
          'Each step of the rule “every promotion” has enough people, but together they have too few: one person serves one step.',
      },
    ])
    expect(review([{ ...twice, severalSteps: true }]).warnings).toEqual([])
  })

  test('warns of requesters without whom nobody can approve, of those who ask by this rule', () => {
    const asking = [candidate(anna, 'billing'), candidate(bela), candidate(clara, 'billing')]
    const one = { ...rule, when: { requesterGroups: ['billing', 'other'] } }
    expect(review([one, rule], people, asking)).toMatchObject({
      rules: [{ unsatisfiableWithout: [anna] }, { unsatisfiableWithout: [anna, bela] }],
      warnings: [
        {
          code: 'too-few-without-requester',
          pointer: '/rules/0',
          message:
            'Nobody can approve by the rule “every promotion” what one of the requesters asks for: without them too few people are left.',
        },
        {
          code: 'too-few-without-requester',
          pointer: '/rules/1',
          message:
            'Nobody can approve by the rule “every promotion” what 2 of the requesters ask for: without them too few people are left.',
        },
      ],
    })
  })

  test('is of the whole policy: one rule that cannot be signed is enough', () => {
    const lonely = { ...rule, steps: [{ ...step, groups: ['security'] }] }
    expect(review([rule, lonely]).satisfiable).toBe(false)
    expect(review([rule, rule]).satisfiable).toBe(true)
  })
})

describe('who may sign a step', () => {
  test.each([
    ['whoever has a role where nobody is named', { groups: [] }, [true, true, true]],
    [
      'whoever has a role where nobody is named by person either',
      { groups: [], people: [] },
      [true, true, true],
    ],
    ['members of its groups', { groups: ['on-call', 'x'] }, [false, true, false]],
    ['the people it names', { groups: [], people: [clara] }, [false, false, true]],
    ['both', { groups: ['on-call'], people: [clara] }, [false, true, true]],
  ])('is %s', (_, named, able) => {
    expect(people.map((one) => maySign({ approvals: 1, ...named }, one))).toEqual(able)
    const { byStep } = canBeSigned([{ approvals: 1, ...named }], people, new Set(), false)
    expect(byStep[0]?.able).toEqual(people.filter((_one, place) => able[place]).map((one) => one.person))
  })
})

describe('the conditions of rules', () => {
  const policyWith = (...whens: readonly PolicyCondition[]): Policy => ({
    rules: [...whens.map((when, place) => ({ ...rule, name: `rule ${place}`, when })), rule],
  })
  const unreached = (first: PolicyCondition, second: PolicyCondition) =>
    warningsOfRouting(policyWith(first, second)).some(({ code }) => code === 'never-reached')

  test.each<[PolicyCondition, PolicyCondition]>([
    [{}, { risk: ['low'] }],
    [{ risk: ['low', 'high'] }, { risk: ['low'] }],
    [{ requesterGroups: ['a', 'b'] }, { requesterGroups: ['b'], risk: ['low'] }],
    [{ types: { any: ['x', 'y'] } }, { types: { any: ['x'] } }],
    [{ types: { only: ['x', 'y'] } }, { types: { only: ['y'] } }],
    [{ names: { any: ['x*'] } }, { names: { any: ['x*'] }, types: { only: ['y'] } }],
  ])('by %j leave nothing for %j', (first, second) => {
    expect(unreached(first, second)).toBe(true)
  })

  test.each<[PolicyCondition, PolicyCondition]>([
    [{ risk: ['low'] }, {}],
    [{ risk: ['low'] }, { risk: ['low', 'high'] }],
    [{ requesterGroups: ['a'] }, { requesterGroups: ['b'] }],
    [{ types: { any: ['x'] } }, { types: { any: ['x', 'y'] } }],
    [{ types: { any: ['x'] } }, { types: { only: ['x'] } }],
    [{ types: { only: ['x'] } }, { types: { any: ['x'] } }],
    [{ types: { only: ['x'] } }, { types: { only: ['x', 'y'] } }],
    [{ types: { any: ['x'] } }, { names: { any: ['x'] } }],
    [{ names: { any: ['x'] }, risk: ['low'] }, { names: { any: ['x'] } }],
  ])('by %j leave something for %j', (first, second) => {
    expect(unreached(first, second)).toBe(false)
  })

  test('that an earlier rule takes all of are told with both names', () => {
    expect(warningsOfRouting(policyWith({ risk: ['low'] }, { risk: ['low'] }))).toEqual([
      {
        code: 'never-reached',
        pointer: '/rules/1/when',
        message:
          'The rule “rule 1” is never reached: “rule 0”, which stands before it, takes all that meets its condition.',
      },
    ])
    expect(warningsOfRouting({ rules: [] })).toEqual([])
    expect(warningsOfRouting({ rules: [rule, { ...rule, when: { risk: ['low'] } }] })).toEqual([])
  })

  test('that a bundle comes to by one asset more are told where they want fewer people', () => {
    const chosen = (approvals: number, change: Partial<PolicyRule> = {}) => ({
      ...rule,
      name: 'chosen',
      when: { names: { any: ['x'] } },
      steps: [{ ...step, approvals }],
      ...change,
    })
    const last = { ...rule, steps: [step, step] }
    const told = (one: PolicyRule, end: PolicyRule = last) => warningsOfRouting({ rules: [one, end] })
    expect(told(chosen(3))).toEqual([
      {
        code: 'fewer-people-by-adding',
        pointer: '/rules/0/when',
        message:
          'The rule “chosen” wants fewer people than the last one, and a bundle comes to it by holding one asset more. With `only` it takes bundles of nothing else.',
      },
    ])
    expect(told(chosen(4))).toEqual([])
    expect(told(chosen(3, { when: { names: { only: ['x'] } } }))).toEqual([])
    expect(told(chosen(3, { when: { risk: ['low'] } }))).toEqual([])
    expect(told(chosen(2), { ...last, severalSteps: true })).toEqual([])
    const severalOf = {
      steps: [
        { ...step, approvals: 3 },
        { ...step, approvals: 1 },
      ],
      severalSteps: true,
    }
    expect(told(chosen(0, severalOf))).toHaveLength(1)
    expect(told(chosen(0, severalOf), { ...rule, steps: [{ ...step, approvals: 3 }] })).toEqual([])
  })
})

describe('what a rule leaves out', () => {
  test('is what is said of it', () => {
    expect(termsOf(rule)).toStrictEqual({
      expiresAfter: 'P7D',
      landWithin: 'PT10M',
      severalSteps: false,
      reapproval: true,
      activation: 'manual',
      remindAfter: [],
      escalation: null,
      breakGlass: null,
    })
  })

  test('is none of what it says itself', () => {
    const said = {
      expiresAfter: 'P1D',
      landWithin: 'PT1M',
      severalSteps: true,
      reapproval: false,
      activation: 'automatic',
      remindAfter: ['P1D'],
      escalation: { after: 'P1D', group: 'x' },
      breakGlass: { group: 'y', reviewWithin: 'P1D' },
      windows: [{ name: 'office hours', kind: 'allow', startsAt: instant(0), endsAt: null }],
    } as const
    expect(termsOf({ ...rule, ...said })).toEqual(said)
  })

  test('keeps older versions from coming back without approval: every rule has to say so', () => {
    const fast = { ...rule, restore: 'fast' } as const
    expect(restoreRule({ rules: [fast, fast] })).toBe('fast')
    expect(restoreRule({ rules: [fast, rule] })).toBe('approval')
    expect(restoreRule({ rules: [{ ...rule, restore: 'approval' }] })).toBe('approval')
    expect(restoreRule({ rules: [] })).toBe('approval')
  })
})

test('the policy of a new organization is this one', () => {
  expect(policyDocument(initialPolicy)).toEqual({
    rules: [
      {
        name: 'every promotion',
        steps: [{ name: 'approval', kind: 'approval', approvals: 2, groups: ['approvers'] }],
        expiresAfter: 'P7D',
        landWithin: 'PT10M',
        restore: 'approval',
        rollback: 'fast',
      },
    ],
  })
})

test('a policy comes back from its document as it was set', () => {
  const policy: Policy = { rules: [{ ...rule, severalSteps: true, blocks: ['look-alike'] }, rule] }
  expect(asPolicy(JSON.parse(JSON.stringify(policyDocument(policy))))).toEqual(policy)
})

test('a policy that takes nothing is refused with its reason', () => {
  expect(() => lastRule({ rules: [] })).toThrow('a policy has at least one rule')
  const facts = { types: [], names: [], risk: 'low', requesterGroups: [] } as const
  expect(() => routingRule({ rules: [] }, facts)).toThrow(
    'a policy has a last rule that takes every promotion',
  )
  const named = { rules: [{ ...rule, when: { names: { any: ['Lab*'] } } }, rule] }
  expect(routingRule(named, { ...facts, names: ['Lab results'] }).position).toBe(1)
})
