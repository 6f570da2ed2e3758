import { expect, test } from 'vitest'
import { durationMilliseconds } from '../../../src/domain/policy/duration.ts'
import { asPolicy, initialPolicy, routingRule } from '../../../src/domain/policy/policy.ts'

test('a new organization’s production asks for two approvals', () => {
  const rule = routingRule(initialPolicy)
  expect(rule.steps.map(({ kind, approvals }) => [kind, approvals])).toEqual([['approval', 2]])
  expect(durationMilliseconds(rule.expiresAfter)).toBe(7 * 86_400_000)
  expect(durationMilliseconds(rule.landWithin)).toBeGreaterThan(0)
})

test('nobody changes the policy that new organizations begin with', () => {
  expect(() => Object.assign(initialPolicy, { rules: [] })).toThrow(TypeError)
  expect(() => Object.assign(routingRule(initialPolicy), { steps: [] })).toThrow(TypeError)
  expect(() => Object.assign(routingRule(initialPolicy).steps[0] ?? {}, { approvals: 0 })).toThrow(TypeError)
})

test('a promotion is routed by the first rule', () => {
  const [rule] = initialPolicy.rules
  const first = { ...rule, name: 'first' }
  expect(routingRule(asPolicy({ rules: [first, rule] } as never)).name).toBe('first')
})

test('a policy without a rule routes nothing', () => {
  expect(() => routingRule({ rules: [] })).toThrow(RangeError)
})
