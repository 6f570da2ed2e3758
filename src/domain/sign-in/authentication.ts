import type { Instant } from '../identifiers.ts'

/** What an identity provider says of how somebody signed in there; null, or nothing, for what its token does not say. */
export interface ProviderAuthentication {
  readonly method: 'identity-provider'
  /** When they proved who they are, which is when they signed in and not when the token was issued. */
  readonly authenticatedAt: Instant | null
  /** The class of that proof, in the provider's own words: `acr`. */
  readonly acr: string | null
  /** What they proved it with, in the words of RFC 8176: `amr`. */
  readonly amr: readonly string[]
}

/** How somebody proved who they are: by a key of theirs, or by signing in at the identity provider. */
export type Authentication = { readonly method: 'key' } | ProviderAuthentication

/** An authentication as answers and log entries show it: what is not known is left out. */
export type ShownAuthentication = {
  readonly method: Authentication['method']
  readonly authenticatedAt?: Instant
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** Leaves out what is not known. */
export function shownAuthentication(authentication: Authentication): ShownAuthentication {
  if (authentication.method === 'key') return { method: 'key' }
  const { method, authenticatedAt, acr, amr } = authentication
  return {
    method,
    ...(authenticatedAt === null ? {} : { authenticatedAt }),
    ...(acr === null ? {} : { acr }),
    ...(amr.length === 0 ? {} : { amr }),
  }
}
