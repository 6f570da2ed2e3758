import type { Context } from 'hono'
import type { Caller, ServiceContext } from '../services/context.ts'
import { Refused } from '../services/refused.ts'
import type { ApiEnvironment } from './environment.ts'

/** Where the request came from, or null where no socket tells. */
export function clientAddress(c: Context<ApiEnvironment>): string | null {
  const forwarded = c.get('dependencies').trustProxy ? c.req.header('X-Forwarded-For') : undefined
  const nearest = forwarded?.split(',').at(-1)?.trim()
  return nearest || (c.env?.incoming?.socket?.remoteAddress ?? null)
}

/**
 * Who calls, by key.
 *
 * @throws Refused `unauthenticated` on a route that no key was asked for.
 */
export function callerOf(c: Context<ApiEnvironment>): Caller {
  const bearer = c.get('bearer')
  if (bearer?.kind !== 'key') throw new Refused('unauthenticated', 'This needs an API key.')
  return bearer.caller
}

/** What a verb of the API gets besides its input. */
export function serviceContext(c: Context<ApiEnvironment>): ServiceContext {
  const {
    stores,
    orchestrator,
    clock,
    identityProvider,
    screenings,
    fitting,
    refusalOfAddress,
    fingerprintKey,
  } = c.get('dependencies')
  return {
    caller: callerOf(c),
    stores,
    orchestrator,
    clock,
    screenings,
    fitting,
    refusalOfAddress,
    identityProvider,
    fingerprintKey,
    requestId: c.get('requestId'),
    clientAddress: clientAddress(c),
  }
}
