import { durationMilliseconds } from '../../domain/policy/duration.ts'
import type { SignInRule } from '../../domain/sign-in/sign-in-rule.ts'

const description = 'The policy asks for another sign-in at the identity provider'

/** The challenge by which a client knows what to ask of the identity provider: that of RFC 9470. */
export function signInChallenge({ within, acr }: SignInRule): string {
  const parameters = [
    'error="insufficient_user_authentication"',
    `error_description="${description}"`,
    ...(within === undefined ? [] : [`max_age="${Math.floor(durationMilliseconds(within) / 1000)}"`]),
    ...(acr === undefined ? [] : [`acr_values="${acr.join(' ')}"`]),
  ]
  return `Bearer ${parameters.join(', ')}`
}
