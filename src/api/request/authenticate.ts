import type { Context, MiddlewareHandler } from 'hono'
import type { Scope } from '../../contract/people/scope.ts'
import { findTokenBearer } from '../../services/identity/find-token-bearer.ts'
import { parseToken } from '../../services/keys/bearer-token.ts'
import { type Bearer, findBearer } from '../../services/keys/find-bearer.ts'
import type { IdentityProvider } from '../../services/ports.ts'
import { Refused } from '../../services/refused.ts'
import type { ApiEnvironment } from '../environment.ts'
import { askedDoor } from './asked-door.ts'
import { checkAddress, countAddress, countKey } from './rate-limit.ts'

/** Who may call a route: holders of a key or an access token, also of a sign-in token, anybody, or a probe, which is not counted. */
export type Access = 'key' | 'key-or-sign-in' | 'anybody' | 'probe'

const missing = 'Send your API key as `Authorization: Bearer csk_…`.'
const invalid = 'The key is not valid: mistyped, expired, revoked, or its person is not active.'
const invalidToken =
  'The access token is not valid here: expired, revoked, not signed by the identity provider, or of another issuer, audience or type.'
const looksLikeJwt = /^[^.]+[.][^.]+[.][^.]*$/

async function unauthenticated(c: Context<ApiEnvironment>, detail: string, error?: string): Promise<never> {
  await countAddress(c)
  const challenge = 'Bearer realm="countersign"'
  c.header('WWW-Authenticate', error === undefined ? challenge : `${challenge}, error="${error}"`)
  throw new Refused('unauthenticated', detail)
}

/** Whom an access token of the identity provider stands for, at the door that the request asks for. */
async function tokenBearerOf(
  c: Context<ApiEnvironment>,
  identityProvider: IdentityProvider,
  text: string,
): Promise<Bearer> {
  const verified = await identityProvider.verify(text)
  if (verified === undefined) return unauthenticated(c, invalidToken, 'invalid_token')
  const { stores, clock } = c.get('dependencies')
  const find = async () => findTokenBearer(stores.control, clock, verified, askedDoor(c))
  const bearer = await find().catch(async (error) => {
    if (!(error instanceof Refused)) throw error
    if (error.code === 'unauthenticated') return unauthenticated(c, error.message, 'invalid_token')
    // Counted as well, or whoever has a token could look for doors without end.
    await countAddress(c)
    throw error
  })
  if (bearer?.kind !== 'key') return unauthenticated(c, invalidToken, 'invalid_token')
  await countKey(c, bearer.caller.key)
  return bearer
}

async function bearerOf(c: Context<ApiEnvironment>): Promise<Bearer> {
  const { identityProvider, stores, clock } = c.get('dependencies')
  const [scheme, text, ...more] = (c.req.header('Authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || text === undefined || more.length > 0) {
    return unauthenticated(
      c,
      identityProvider === undefined ? missing : `${missing} An access token does as well.`,
    )
  }
  const token = parseToken(text)
  if (token === undefined) {
    if (identityProvider === undefined || !looksLikeJwt.test(text)) {
      return unauthenticated(c, invalid, 'invalid_token')
    }
    return tokenBearerOf(c, identityProvider, text)
  }
  const bearer = await findBearer(stores.control, clock, token)
  if (bearer === undefined) return unauthenticated(c, invalid, 'invalid_token')
  await countKey(c, token.id)
  return bearer
}

/** Finds out who calls, and refuses everybody the route is not for, before anything else is read. */
export function authenticate(access: Access, scope: Scope | undefined): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    if (access === 'probe') return next()
    await checkAddress(c)
    if (access === 'anybody') {
      await countAddress(c)
      return next()
    }
    const bearer = await bearerOf(c)
    if (bearer.kind === 'sign-in' && access === 'key') {
      return unauthenticated(c, 'A sign-in token makes keys and nothing else; use one of those.')
    }
    c.set('bearer', bearer)
    const held = bearer.kind === 'key' ? bearer.caller.scopes : null
    if (scope !== undefined && held !== null && !held.includes(scope)) {
      throw new Refused(
        'forbidden',
        `This key is limited to certain acts; this one needs the scope ${scope}.`,
      )
    }
    return next()
  }
}
