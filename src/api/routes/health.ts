import { z } from 'zod'
import { checkReadiness } from '../../services/health/check-readiness.ts'
import { Refused } from '../../services/refused.ts'
import type { CountersignApp } from '../environment.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const alive = defineRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  summary: 'Is the process alive?',
  description: 'Answers as long as the process serves requests, whatever it stands on.',
  tags: ['health'],
  access: 'probe',
  scope: null,
  problems: [],
  responses: { 200: jsonAnswer(z.object({ status: z.literal('alive') }), 'It is.') },
})

const ready = defineRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  summary: 'Is the service ready?',
  description: 'Asks every store, which has to be migrated, and Temporal; names what does not answer.',
  tags: ['health'],
  access: 'probe',
  scope: null,
  problems: [],
  responses: { 200: jsonAnswer(z.object({ status: z.literal('ready') }), 'Everything answers.') },
})

export function registerHealthRoutes(app: CountersignApp): void {
  app.openapi(alive, (c) => c.json({ status: 'alive' as const }, 200))

  app.openapi(ready, async (c) => {
    const { stores, orchestrator } = c.get('dependencies')
    const { ready, parts } = await checkReadiness(stores, orchestrator)
    if (ready) return c.json({ status: 'ready' as const }, 200)
    const missing = Object.keys(parts).filter((part) => !parts[part])
    throw new Refused(
      'unavailable',
      'A part of the service does not answer.',
      missing.map((part) => ({ pointer: part, message: 'does not answer' })),
    )
  })
}
