import { createHash } from 'node:crypto'
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { digest, instant } from '../domain/identifiers.ts'
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

const signatureRefused: Verification = Object.freeze({ kind: 'refused', part: 'signature' })
const claimsRefused: Verification = Object.freeze({ kind: 'refused', part: 'claims' })

function isAboutClaims(error: unknown): boolean {
  return (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTExpired
  )
}

function verifiedToken(
  text: string,
  issuer: string,
  { sub, iat, exp }: { readonly sub?: string; readonly iat?: number; readonly exp?: number },
  now: number,
): Verification {
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
