import { describe, expect, test } from 'vitest'
import { identifier, type PersonId } from '../../../src/domain/identifiers.ts'
import type { PolicyRule } from '../../../src/domain/policy/policy.ts'
import { warningsOfSignIn } from '../../../src/domain/sign-in/warnings.ts'

const person = (place: number) =>
  identifier<PersonId>(`01890000-0000-7000-8000-${String(place).padStart(12, '0')}`)
const [anna, bela, clara] = [person(1), person(2), person(3)]
const candidates = [
  { person: anna, groups: ['approvers'] },
  { person: bela, groups: ['approvers'] },
  { person: clara, groups: ['on-call'] },
]
const rule: PolicyRule = {
  name: 'every promotion',
  steps: [{ name: 'approval', kind: 'approval', approvals: 2, groups: ['approvers'] }],
  signIn: { within: 'PT5M' },
  expiresAfter: 'P7D',
  landWithin: 'PT10M',
}
const breakGlass = { group: 'on-call', reviewWithin: 'P1D' }

const told = (one: PolicyRule, linked: readonly PersonId[], provider = true) =>
  warningsOfSignIn({ rules: [one] }, candidates, { provider, linked: new Set(linked) }).map(
    ({ code, pointer }) => [code, pointer],
  )

describe('the author of a policy that asks for a sign-in', () => {
  test('is told that nobody can sign in where there is no identity provider, and no more', () => {
    expect(told({ ...rule, breakGlass }, [], false)).toEqual([['no-identity-provider', '/rules/0/signIn']])
  })

  test('is told that too few have linked themselves', () => {
    expect(told(rule, [anna])).toEqual([['too-few-linked', '/rules/0/signIn']])
    expect(told(rule, [anna, bela])).toEqual([])
  })

  test('is not told so where there are too few anyway, which is another warning', () => {
    const three = { ...rule, steps: rule.steps.map((step) => ({ ...step, approvals: 3 })) }
    expect(told(three, [anna])).toEqual([])
  })

  test('is told that nobody who could stand in has linked themselves', () => {
    expect(told({ ...rule, breakGlass }, [anna, bela])).toEqual([['too-few-linked', '/rules/0/breakGlass']])
    expect(told({ ...rule, breakGlass }, [anna, bela, clara])).toEqual([])
    expect(told({ ...rule, breakGlass: { ...breakGlass, group: 'nobody' } }, [anna, bela])).toEqual([])
  })

  test('counts one person for several steps where the rule lets them serve these', () => {
    const steps = ['read', 'sign'].map((name) => ({
      name,
      kind: 'approval' as const,
      approvals: 1,
      groups: ['approvers'],
    }))
    expect(told({ ...rule, steps, severalSteps: true }, [anna])).toEqual([])
    expect(told({ ...rule, steps }, [anna])).toEqual([['too-few-linked', '/rules/0/signIn']])
  })

  test('hears nothing where it asks for none', () => {
    const { signIn: _, ...plain } = rule
    expect(told(plain, [], false)).toEqual([])
  })
})
