import { createHash } from 'node:crypto'
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { digest, instant } from '../domain/identifiers.ts'
import type { ProviderAuthentication } from '../domain/sign-in/authentication.ts'
import { type Clock, IdentityProviderAway, type VerifiedToken } from '../services/ports.ts'
import type { IdentityProviderSettings } from './settings.ts'

/** What became of a token. A part is at fault only when all before it are in order: form and signature, then claims. */
export type Verification =
  | { readonly kind: 'verified'; readonly token: VerifiedToken }
  | { readonly kind: 'refused'; readonly part: 'signature' | 'claims' }

export type TokenRules = Pick<IdentityProviderSettings, 'issuer' | 'audience' | 'tokenType' | 'algorithms'>

const longestToken = 8_192
const oldestSeconds = 60 * 60
// For clocks that differ. An end is an end, so this is of beginnings alone.
const toleranceSeconds = 30
// As OpenID Connect Core 1.0 §2 has it.
const subjectPattern = /^[\x20-\x7e]{1,255}$/
// A class or a method of authentication: one word, as it can stand in a list of such.
const wordPattern = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/
const mostMethods = 20

const signatureRefused: Verification = Object.freeze({ kind: 'refused', part: 'signature' })
const claimsRefused: Verification = Object.freeze({ kind: 'refused', part: 'claims' })

function isAboutClaims(error: unknown): boolean {
  return (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTExpired
  )
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && wordPattern.test(value)
}

// What cannot be read says nothing, as if it were not there: no policy is satisfied by it.
function authenticationOf(
  { auth_time: signedInAt, acr, amr }: JWTPayload,
  now: number,
): ProviderAuthentication {
  const latest = now / 1000 + toleranceSeconds
  const known = typeof signedInAt === 'number' && signedInAt >= 0 && signedInAt <= latest
  return {
    method: 'identity-provider',
    authenticatedAt: known ? instant(Math.floor(signedInAt * 1000)) : null,
    acr: isWord(acr) ? acr : null,
    amr: Array.isArray(amr) ? amr.filter(isWord).slice(0, mostMethods) : [],
  }
}

function verifiedToken(text: string, issuer: string, payload: JWTPayload, now: number): Verification {
  const { sub, iat, exp } = payload
  if (iat === undefined || exp === undefined) return claimsRefused
  if (typeof sub !== 'string' || !subjectPattern.test(sub)) return claimsRefused
  const end = Math.floor(Math.min(exp, iat + oldestSeconds) * 1000)
  if (!(end > now)) return claimsRefused
  const signed = text.slice(0, text.lastIndexOf('.'))
  const ofSigned = digest(createHash('sha256').update(signed).digest('hex'))
  const token: VerifiedToken = {
    identity: { issuer, subject: sub },
    digest: ofSigned,
    issuedAt: instant(Math.floor(iat * 1000)),
    expiresAt: instant(end),
    authentication: authenticationOf(payload, now),
  }
  return { kind: 'verified', token }
}

/**
 * Checks an access token: signed with one of the keys, by an algorithm that was chosen here; of the issuer, the audience
 * and the type; with a subject, issued within the last hour and not expired. Nothing that the token says of keys is used.
 *
 * @throws IdentityProviderAway when `keys` could not be had.
 */
export async function verifyToken(
  text: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, tokenType, algorithms }: TokenRules,
  clock: Clock,
): Promise<Verification> {
  if (text.length > longestToken) return signatureRefused
  const now = Date.parse(clock.now())
  try {
    const { payload } = await jwtVerify(text, keys, {
      algorithms: [...algorithms],
      issuer,
      audience,
      typ: tokenType,
      requiredClaims: ['sub', 'iat', 'exp'],
      maxTokenAge: oldestSeconds,
      clockTolerance: toleranceSeconds,
      currentDate: new Date(now),
    })
    return verifiedToken(text, issuer, payload, now)
  } catch (error) {
    if (error instanceof IdentityProviderAway) throw error
    return isAboutClaims(error) ? claimsRefused : signatureRefused
  }
}
