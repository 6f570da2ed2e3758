import { OpenAPIHono } from '@hono/zod-openapi'
import { registerDocuments } from './documents/register.ts'
import type { ApiDependencies, ApiEnvironment, CountersignApp } from './environment.ts'
import { answerError, answerUnknown, refuseInvalid } from './problem.ts'
import { rateLimits } from './request/rate-limit.ts'
import { logRequest } from './request/request-log.ts'
import { routes } from './routes/all.ts'

/** The public API over real stores and a real orchestrator. Holds nothing but its rate limits. */
export function createApp(dependencies: ApiDependencies): CountersignApp {
  const app: CountersignApp = new OpenAPIHono<ApiEnvironment>({ defaultHook: refuseInvalid })
  const limits = rateLimits(dependencies)
  app.use(async (c, next) => {
    c.set('dependencies', dependencies)
    c.set('limits', limits)
    await next()
  })
  app.use(logRequest)
  app.use(async (c, next) => {
    await next()
    c.header('X-Content-Type-Options', 'nosniff')
    if (c.req.path.startsWith('/v1/')) c.header('Cache-Control', 'no-store')
  })
  for (const register of routes) register(app)
  registerDocuments(app)
  app.onError(answerError)
  app.notFound(answerUnknown(app))
  return app
}
