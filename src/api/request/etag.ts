import type { Context, MiddlewareHandler } from 'hono'
import { Refused } from '../../services/refused.ts'
import { digestOf } from '../../trust/canonical.ts'
import type { ApiEnvironment } from '../environment.ts'

/** Sets the strong entity tag (RFC 9110 §8.8.3) of a resource that has a version or digest of its own. */
export function setEntityTag(c: Context<ApiEnvironment>, version: string | number): void {
  c.header('ETag', `"${version}"`)
}

/** Sets the entity tag of a resource without a version: the digest of what is shown of it. */
export function setEntityTagOf(c: Context<ApiEnvironment>, shown: object): void {
  setEntityTag(c, digestOf(new TextEncoder().encode(JSON.stringify(shown))).slice(0, 32))
}

/** Refuses a request that does not say what its caller saw. */
export const requireIfMatch: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  if (c.req.header('If-Match') === undefined) {
    throw new Refused(
      'precondition-required',
      'Send If-Match with the ETag of what you saw, so that nobody acts on something else.',
    )
  }
  await next()
}

/**
 * The tags of If-Match without their quotes; `*` for any. A verb compares them in its transaction. A weak tag never
 * matches (RFC 9110 §13.1.1).
 */
export function ifMatch(c: Context<ApiEnvironment>): readonly string[] {
  const header = c.req.header('If-Match') ?? ''
  if (header.trim() === '*') return ['*']
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag]) =>
    weak === undefined && tag !== undefined ? [tag] : [],
  )
}
