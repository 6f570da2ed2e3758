import { durationMilliseconds } from '../policy/duration.ts'
import { type Refusal, refused } from '../stream.ts'
import type { Authentication } from './authentication.ts'

/** How those who sign have to have signed in themselves, where a policy asks for it: at the identity provider, at least. */
export type SignInRule = {
  /** How long before the decision is recorded, as an ISO 8601 duration. */
  readonly within?: string
  /** Classes of authentication, the preferred one first; one of them it has to be. */
  readonly acr?: readonly string[]
}

// For clocks that differ: whoever signed in later than this after now did so at no time that could be believed.
const toleranceMilliseconds = 30_000

function insufficient(detail: string): Refusal {
  return refused('insufficient-authentication', detail)
}

/**
 * What keeps a decision by somebody who authenticated like this from counting at an instant; null when nothing does. A
 * token that does not say when its person signed in was obtained within no time, and one without a class is of none.
 */
export function refusalOfSignIn(
  { within, acr }: SignInRule,
  authentication: Authentication,
  now: number,
): Refusal | null {
  if (authentication.method === 'key') {
    return insufficient(
      'The policy counts only decisions by people who signed in through the identity provider. Decide with an access token of yours instead of a key.',
    )
  }
  if (within !== undefined) {
    const { authenticatedAt } = authentication
    if (authenticatedAt === null) {
      return insufficient(
        `The policy asks that you signed in at most ${within} ago, and your token does not say when you did. Sign in anew, and have the token carry auth_time.`,
      )
    }
    const age = now - Date.parse(authenticatedAt)
    if (age > durationMilliseconds(within) || age < -toleranceMilliseconds) {
      return insufficient(
        `The policy asks that you signed in at most ${within} ago. Sign in anew at the identity provider, then decide with the new token.`,
      )
    }
  }
  if (acr !== undefined && (authentication.acr === null || !acr.includes(authentication.acr))) {
    return insufficient(
      `The policy asks for a stronger sign-in: ${acr.join(' or ')}. Sign in so at the identity provider, then decide with the new token.`,
    )
  }
  return null
}
