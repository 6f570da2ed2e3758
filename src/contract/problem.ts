import { z } from 'zod'
import type { ProblemCode } from '../domain/problem-code.ts'

export interface ProblemType {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 503
  readonly title: string
}

/** Status and title of every problem. Stable, as their codes are. */
export const problemTypes: Readonly<Record<ProblemCode, ProblemType>> = Object.freeze({
  'already-decided': { status: 409, title: 'You have decided on this plan already' },
  'approval-no-longer-valid': { status: 409, title: 'An approval is no longer valid' },
  'asset-in-use': { status: 409, title: 'Other assets use this one' },
  'comment-required': { status: 422, title: 'This verdict needs a comment' },
  'contributor-may-not-decide': { status: 403, title: 'Contributors may not decide' },
  'credential-reused': { status: 422, title: 'Another environment has held this credential' },
  'duplicate-key': { status: 422, title: 'An object holds a key twice' },
  forbidden: { status: 403, title: 'You may not do this' },
  frozen: { status: 409, title: 'A freeze stops this' },
  'idempotency-key-missing': { status: 400, title: 'The header Idempotency-Key is missing' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'illegal-state': { status: 409, title: 'The present state does not allow this' },
  'insufficient-authentication': { status: 401, title: 'The policy asks for another sign-in' },
  'invalid-body': { status: 422, title: 'The body does not have the documented shape' },
  'invalid-parameter': { status: 400, title: 'A parameter is not valid' },
  'invalid-signature': { status: 403, title: 'This is not the signature that is asked for' },
  'key-revoked': { status: 403, title: 'The key was revoked before this was judged' },
  'last-owner': { status: 409, title: 'An organization keeps at least one active owner' },
  'literal-secret': { status: 422, title: 'The content holds a secret' },
  'lossy-number': { status: 422, title: 'A number cannot be kept exactly' },
  'malformed-json': { status: 400, title: 'The body is no JSON' },
  'malformed-yaml': { status: 400, title: 'The body is no YAML that could be read' },
  'method-not-allowed': { status: 405, title: 'The resource does not know this method' },
  'name-taken': { status: 409, title: 'The name is taken' },
  'nobody-can-approve': { status: 409, title: 'Nobody could approve this' },
  'not-eligible': { status: 403, title: 'The step names other people' },
  'not-found': { status: 404, title: 'Not found' },
  'not-promotable': { status: 422, title: 'Assets of this type are never promoted' },
  'nothing-to-promote': { status: 422, title: 'Nothing would change' },
  'partner-owned': { status: 403, title: 'A partner owns this' },
  'patient-data': { status: 422, title: 'The content holds patient data' },
  'precondition-failed': { status: 412, title: 'What you saw has changed' },
  'precondition-required': { status: 428, title: 'The header If-Match is missing' },
  'promotion-only': { status: 403, title: 'Only a promotion writes this in production' },
  'promotion-open': { status: 409, title: 'Another promotion is open' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'reference-cycle': { status: 422, title: 'The references lead in a circle' },
  'request-running': { status: 409, title: 'The first request with this Idempotency-Key is still running' },
  'target-moved': { status: 409, title: 'Production has changed meanwhile' },
  'too-deep': { status: 422, title: 'The body is nested too deep' },
  'too-large': { status: 413, title: 'The body is too large' },
  'type-in-use': { status: 409, title: 'Stored content would not fit the type any more' },
  unauthenticated: { status: 401, title: 'A valid key is needed' },
  unavailable: { status: 503, title: 'Out of reach for the moment' },
  unexpected: { status: 500, title: 'Something went wrong on our side' },
  'unknown-parameter': { status: 400, title: 'A parameter is not known' },
  'unknown-property': { status: 422, title: 'A property is not known' },
  'unsupported-media-type': { status: 415, title: 'The body has to be application/json' },
  'wrong-direction': { status: 422, title: 'Promotions lead from staging to production' },
})

/** The URI that names a problem's type (RFC 9457 §3.1.1); it ends in the code. */
export function problemUri(code: ProblemCode): string {
  return `https://countersign.dev/problems/${code}`
}

/** Problem details as RFC 9457 has them, with a stable `code` and the places that were refused. */
export const problemShape = z
  .object({
    type: z.string().meta({ description: 'URI of the kind of problem; it ends in the code.' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional().meta({ description: 'What was refused, which rule, what to do.' }),
    instance: z.string().meta({ description: 'The id of this request, also in X-Request-Id.' }),
    code: z.string().meta({ description: 'Stable; match on it.' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: "JSON Pointer into the body, or a parameter's name." }),
          message: z.string(),
        }),
      )
      .readonly()
      .optional(),
  })
  .meta({ id: 'Problem' })

export type Problem = z.output<typeof problemShape>
