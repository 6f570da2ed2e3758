import { z } from 'zod'
import {
  auditEventShape,
  eventCursor,
  eventQueryShape,
  logCursor,
  logQueryShape,
  logShape,
} from '../../contract/audit.ts'
import { pageShape, pageWith } from '../../contract/pagination.ts'
import { idShape } from '../../contract/shapes.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import { listEvents } from '../../services/audit/list-events.ts'
import { listLogs } from '../../services/audit/list-logs.ts'
import { readTimeline } from '../../services/audit/read-timeline.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const tags = ['audit']

const events = defineRoute({
  method: 'get',
  path: '/v1/audit/events',
  operationId: 'listAuditEvents',
  summary: 'List audit events',
  description:
    'Across all logs of the organization, newest first. A cursor pins how far each log reached, so that pages stay ' +
    'whole while logs grow. For auditors and owners, with a key of the organization.',
  tags,
  scope: 'audit:read',
  problems: ['forbidden'],
  request: { query: eventQueryShape },
  responses: { 200: jsonAnswer(pageShape(auditEventShape), 'A page.') },
})

const logs = defineRoute({
  method: 'get',
  path: '/v1/audit/logs',
  operationId: 'listLogs',
  summary: 'List the logs',
  description: 'Every log of the organization by its origin, and how many entries of it are listed here.',
  tags,
  scope: 'audit:read',
  problems: ['forbidden'],
  request: { query: logQueryShape },
  responses: { 200: jsonAnswer(pageShape(logShape), 'A page of logs.') },
})

const timeline = defineRoute({
  method: 'get',
  path: '/v1/promotions/{promotion}/timeline',
  operationId: 'getPromotionTimeline',
  summary: 'Read the timeline of a promotion',
  description:
    'Every event of the promotion and its rollout across all logs, oldest first; each one after those it rests on.',
  tags,
  scope: 'promotions:read',
  problems: [],
  request: { params: z.object({ promotion: idShape<PromotionId>() }) },
  responses: { 200: jsonAnswer(pageShape(auditEventShape), 'All of them.') },
})

export function registerAuditRoutes(app: CountersignApp): void {
  app.openapi(events, async (c) => {
    const { cursor: position, ...query } = c.req.valid('query')
    const page = await listEvents(serviceContext(c), { ...query, position })
    const nextCursor = page.next === null ? null : eventCursor.encode(page.next)
    return c.json({ data: page.events, nextCursor }, 200)
  })

  app.openapi(logs, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const rows = await listLogs(serviceContext(c), { after: cursor, limit: limit + 1 })
    const answer = pageWith(rows, limit, ({ origin }) => logCursor.encode(origin))
    setEntityTagOf(c, answer)
    return c.json(answer, 200)
  })

  app.openapi(timeline, async (c) => {
    const answer = {
      data: await readTimeline(serviceContext(c), c.req.valid('param').promotion),
      nextCursor: null,
    }
    setEntityTagOf(c, answer)
    return c.json(answer, 200)
  })
}
