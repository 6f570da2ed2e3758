import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { v7 as uuidv7 } from 'uuid'
import type { ApiEnvironment } from '../environment.ts'

/** Gives every request an id of its own and, when it is answered, one line: no body, no query, no credentials. */
export const logRequest: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  const started = performance.now()
  const requestId = uuidv7()
  c.set('requestId', requestId)
  await next()
  c.header('X-Request-Id', requestId)
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL')
  const bearer = c.get('bearer')
  const known = bearer?.kind === 'key' ? bearer.caller : bearer?.signIn
  c.get('dependencies').logger.info({
    requestId,
    method: c.req.method,
    route: route?.path ?? null,
    status: c.res.status,
    milliseconds: Math.round(performance.now() - started),
    organization: known?.organization,
    person: known?.person,
    code: c.get('code'),
  })
}
