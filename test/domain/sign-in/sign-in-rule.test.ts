import { describe, expect, test } from 'vitest'
import { instant } from '../../../src/domain/identifiers.ts'
import {
  type ProviderAuthentication,
  shownAuthentication,
} from '../../../src/domain/sign-in/authentication.ts'
import { refusalOfSignIn, type SignInRule } from '../../../src/domain/sign-in/sign-in-rule.ts'

const now = Date.parse('2026-03-02T10:00:00Z')

function signedIn(secondsAgo: number | null, acr: string | null = null): ProviderAuthentication {
  const authenticatedAt = secondsAgo === null ? null : instant(now - secondsAgo * 1000)
  return { method: 'identity-provider', authenticatedAt, acr, amr: [] }
}

const detail = (rule: SignInRule, authentication: Parameters<typeof refusalOfSignIn>[1]) => {
  const refusal = refusalOfSignIn(rule, authentication, now)
  if (refusal !== null) expect(refusal.code).toBe('insufficient-authentication')
  return refusal?.detail
}

describe('a policy that asks for a sign-in', () => {
  test('is content with any through the identity provider where it says no more', () => {
    expect(detail({}, signedIn(null))).toBeUndefined()
  })

  test('is never content with a key', () => {
    for (const rule of [{}, { within: 'P366D' }, { acr: ['phr'] }]) {
      expect(detail(rule, { method: 'key' })).toContain('an access token of yours instead of a key')
    }
  })

  test.each([
    ['just now', 0, true],
    ['at the last moment', 300, true],
    ['a second too long ago', 301, false],
    ['by a clock that runs half a minute ahead', -30, true],
    ['later than that, at no time to be believed', -31, false],
  ])('within five minutes takes one %s', (_, secondsAgo, counts) => {
    const told = detail({ within: 'PT5M' }, signedIn(secondsAgo))
    if (counts) expect(told).toBeUndefined()
    else expect(told).toContain('at most PT5M ago. Sign in anew')
  })

  test('within some time is not content with a token that does not say when', () => {
    expect(detail({ within: 'P366D' }, signedIn(null))).toContain('does not say when')
  })

  test('of certain classes takes one of them, and no token without one', () => {
    const rule = { acr: ['phrh', 'phr'] }
    expect(detail(rule, signedIn(null, 'phr'))).toBeUndefined()
    expect(detail(rule, signedIn(null, 'phrh'))).toBeUndefined()
    expect(detail(rule, signedIn(null, 'pwd'))).toContain('phrh or phr')
    expect(detail(rule, signedIn(null))).toContain('phrh or phr')
  })

  test('asks for both where it names both', () => {
    const rule = { within: 'PT5M', acr: ['phr'] }
    expect(detail(rule, signedIn(10, 'phr'))).toBeUndefined()
    expect(detail(rule, signedIn(10, 'pwd'))).toContain('stronger')
    expect(detail(rule, signedIn(1000, 'phr'))).toContain('at most PT5M ago')
  })
})

test('an authentication is shown without what is not known', () => {
  expect(shownAuthentication({ method: 'key' })).toEqual({ method: 'key' })
  expect(shownAuthentication(signedIn(null))).toEqual({ method: 'identity-provider' })
  expect(shownAuthentication({ ...signedIn(0, 'phr'), amr: ['hwk'] })).toEqual({
    method: 'identity-provider',
    authenticatedAt: instant(now),
    acr: 'phr',
    amr: ['hwk'],
  })
})
