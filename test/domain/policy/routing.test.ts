import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meets } from '../../../src/domain/policy/matcher.ts'
import {
  initialPolicy,
  lastRule,
  type PolicyCondition,
  type RoutingFacts,
  routingRule,
} from '../../../src/domain/policy/policy.ts'
import { reviewPolicy } from '../../../src/domain/policy/review.ts'
import { warningsOfRouting } from '../../../src/domain/policy/warnings.ts'

const rule = lastRule(initialPolicy)
const [step] = rule.steps
if (step === undefined) throw new Error('the initial policy has a step')

const texts = fc.array(fc.constantFrom('filter', 'valueSet', 'destination'), { minLength: 1, maxLength: 3 })
const matcher = fc.oneof(fc.record({ any: texts }), fc.record({ only: texts }))
const risk = fc.constantFrom('low' as const, 'moderate' as const, 'high' as const)
const groups = fc.array(fc.constantFrom('integration', 'billing'), { minLength: 1, maxLength: 2 })
const conditions: fc.Arbitrary<PolicyCondition> = fc.record(
  { types: matcher, names: matcher, risk: fc.array(risk, { minLength: 1 }), requesterGroups: groups },
  { requiredKeys: [] },
)
const facts: fc.Arbitrary<RoutingFacts> = fc.record({
  types: texts,
  names: texts,
  risk,
  requesterGroups: groups,
})

const policyWith = (whens: readonly PolicyCondition[]) => ({
  rules: [...whens.map((when, place) => ({ ...rule, name: `rule ${place}`, when })), rule],
})

describe('routing', () => {
  test('takes the first rule that would take the promotion by itself', () => {
    fc.assert(
      fc.property(fc.array(conditions, { maxLength: 5 }), facts, (whens, asked) => {
        const alone = whens.findIndex((when) => routingRule(policyWith([when]), asked).position === 1)
        const expected = alone < 0 ? whens.length : alone
        expect(routingRule(policyWith(whens), asked).position).toBe(expected + 1)
      }),
    )
  })

  test('never comes to a rule of which the review says that it is never reached', () => {
    fc.assert(
      fc.property(fc.array(conditions, { minLength: 2, maxLength: 5 }), facts, (whens, asked) => {
        const policy = policyWith(whens)
        const unreached = warningsOfRouting(policy)
          .filter(({ code }) => code === 'never-reached')
          .map(({ pointer }) => pointer)
        expect(unreached).not.toContain(`/rules/${routingRule(policy, asked).position - 1}/when`)
      }),
      { numRuns: 1_000 },
    )
  })

  test.each<[PolicyCondition, boolean]>([
    [{ types: { any: ['filter'] } }, true],
    [{ types: { any: ['fil*'] } }, false],
    [{ types: { only: ['filter'] } }, false],
    [{ types: { only: ['filter', 'valueSet'] } }, true],
    [{ names: { any: ['Lab*'] } }, true],
    [{ names: { only: ['Lab*'] } }, false],
    [{ risk: ['low', 'moderate'] }, true],
    [{ risk: ['low'] }, false],
    [{ requesterGroups: ['billing', 'integration'] }, true],
    [{ requesterGroups: ['billing'] }, false],
    [{ types: { any: ['filter'] }, risk: ['low'] }, false],
  ])('by %o takes the promotion: %s', (when, taken) => {
    const asked = {
      types: ['filter', 'valueSet'],
      names: ['Lab results', 'Codes'],
      risk: 'moderate',
      requesterGroups: ['integration'],
    } as const
    expect(routingRule(policyWith([when]), asked).position === 1).toBe(taken)
  })
})

describe('a name', () => {
  const asExpression = (pattern: string) =>
    new RegExp(
      `^${pattern
        .split('*')
        .map((piece) => piece.replaceAll('.', '\\.'))
        .join('.*')}$`,
      's',
    )

  test('fits a pattern as an expression says that has any characters for each star', () => {
    const alphabet = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 6 })
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\n'), maxLength: 8 })
    fc.assert(
      fc.property(alphabet, plain, (pattern, text) => {
        expect(meets({ any: [pattern] }, [text], 'wildcards')).toBe(asExpression(pattern).test(text))
      }),
      { numRuns: 5_000 },
    )
  })

  test.each<[string, string, boolean]>([
    ['Lab', 'Lab', true],
    ['Lab', 'Labs', false],
    ['*', '', true],
    ['Lab*', 'Lab', true],
    ['Lab*', 'The Lab', false],
    ['*Lab', 'The Lab', true],
    ['*Lab', 'Lab results', false],
    ['L*b', 'Lb', true],
    ['La*ab', 'Lab', false],
    ['La*ab', 'Laab', true],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c', false],
    ['a*bc*bd', 'a-bc-bd', true],
    ['a*b*b', 'ab', false],
    ['a*bb*c', 'abc', false],
    ['a*x*x*c', 'a-x-c', false],
  ])('with wildcards, as %j has them, is %j: %s', (pattern, name, fits) => {
    expect(meets({ any: [pattern] }, [name], 'wildcards')).toBe(fits)
    expect(meets({ only: [pattern] }, [name, name], 'wildcards')).toBe(fits)
    expect(meets({ any: ['nothing', pattern] }, ['else', name], 'wildcards')).toBe(fits)
  })

  test('is compared letter by letter where no wildcards are asked for', () => {
    expect(meets({ any: ['Lab*'] }, ['Lab results'])).toBe(false)
    expect(meets({ any: ['Lab*'] }, ['Lab*'])).toBe(true)
  })

  test('is compared soon with a pattern made to take long', () => {
    expect(meets({ any: [`${'a*'.repeat(100)}b`] }, ['a'.repeat(200)], 'wildcards')).toBe(false)
  })
})

describe('the review of a policy', () => {
  const weak = { ...rule, name: 'weak', steps: [{ ...step, approvals: 1 }] }

  test('tells of a weaker rule that a bundle comes to by one asset more, and not of one for such bundles alone', () => {
    const any = { rules: [{ ...weak, when: { types: { any: ['filter'] } } }, rule] }
    const only = { rules: [{ ...weak, when: { types: { only: ['filter'] } } }, rule] }
    const told = { code: 'fewer-people-by-adding', pointer: '/rules/0/when' }
    expect(warningsOfRouting(any)).toMatchObject([told])
    expect(warningsOfRouting(only)).toEqual([])
  })

  test('tells of groups that nobody of today is in', () => {
    const policy = {
      rules: [
        {
          ...rule,
          breakGlass: { group: 'on-call', reviewWithin: 'P1D' },
          escalation: { after: 'P1D', group: 'stand-ins' },
        },
      ],
    }
    const { satisfiable, warnings } = reviewPolicy(policy, { candidates: [], requesters: [] })
    expect(satisfiable).toBe(false)
    expect(warnings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['too-few-people', '/rules/0/steps/0'],
      ['empty-break-glass', '/rules/0/breakGlass'],
      ['empty-escalation', '/rules/0/escalation'],
    ])
  })
})
