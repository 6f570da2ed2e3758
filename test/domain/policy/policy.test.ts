import { expect, test } from 'vitest'
import { durationMilliseconds } from '../../../src/domain/policy/duration.ts'
import { initialPolicy, lastRule, type RoutingFacts, routingRule } from '../../../src/domain/policy/policy.ts'

test('a new organization’s production asks for two approvals', () => {
  const rule = lastRule(initialPolicy)
  expect(rule.steps).toMatchObject([{ kind: 'approval', approvals: 2 }])
  expect(durationMilliseconds(rule.expiresAfter)).toBe(7 * 86_400_000)
  expect(durationMilliseconds(rule.landWithin)).toBeGreaterThan(0)
})

test('nobody changes the policy that new organizations begin with', () => {
  expect(() => Object.assign(initialPolicy, { rules: [] })).toThrow(TypeError)
  expect(() => Object.assign(lastRule(initialPolicy), { steps: [] })).toThrow(TypeError)
  expect(() => Object.assign(lastRule(initialPolicy).steps[0] ?? {}, { approvals: 0 })).toThrow(TypeError)
})

const facts: RoutingFacts = { types: ['filter'], names: ['Lab results'], risk: 'low', requesterGroups: [] }

test('a promotion is routed by the first rule that applies', () => {
  const [rule] = initialPolicy.rules
  if (rule === undefined) throw new Error('the initial policy has a rule')
  const policy = {
    rules: [
      { ...rule, name: 'high', when: { risk: ['high'] } },
      { ...rule, name: 'filters', when: { types: { any: ['filter'] } } },
      rule,
    ],
  } as const
  expect(routingRule(policy, facts)).toMatchObject({ rule: { name: 'filters' }, position: 2 })
  expect(routingRule(policy, { ...facts, risk: 'high' })).toMatchObject({
    rule: { name: 'high' },
    position: 1,
  })
  expect(routingRule(policy, { ...facts, types: [] })).toMatchObject({ rule, position: 3 })
})

test('a policy without a rule routes nothing', () => {
  expect(() => lastRule({ rules: [] })).toThrow(RangeError)
  expect(() => routingRule({ rules: [] }, facts)).toThrow(RangeError)
})
