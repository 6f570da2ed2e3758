import { z } from 'zod'
import {
  assetStateCursor,
  assetStateQueryShape,
  organizationAssetShape,
  timelineCursor,
  timelineQueryShape,
} from '../../contract/assets/asset-history.ts'
import { auditEventShape } from '../../contract/audit.ts'
import { pageShape } from '../../contract/pagination.ts'
import { idShape } from '../../contract/shapes.ts'
import type { AssetId, OrganizationId } from '../../domain/identifiers.ts'
import { readAssetTimeline } from '../../services/assets/read-asset-timeline.ts'
import { listAssetStates } from '../../services/organizations/list-asset-states.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const timeline = defineRoute({
  method: 'get',
  path: '/v1/assets/{asset}/timeline',
  operationId: 'getAssetTimeline',
  summary: 'Read the story of an asset',
  description:
    'What happened to it, to the assets that promotions linked it with, and in those promotions, across all logs: ' +
    'oldest first, each event after those it rests on. With a key of its environment, or by auditors and owners with ' +
    'one of the organization.',
  tags: ['assets'],
  scope: 'assets:read',
  problems: ['forbidden'],
  request: { params: z.object({ asset: idShape<AssetId>() }), query: timelineQueryShape },
  responses: { 200: jsonAnswer(pageShape(auditEventShape), 'A page.') },
})

const states = defineRoute({
  method: 'get',
  path: '/v1/organizations/{organization}/assets',
  operationId: 'listOrganizationAssets',
  summary: 'List how the assets of all environments stand',
  description:
    'Or stood at a moment, as the logs tell it, without content. A cursor pins moment and logs. For auditors and ' +
    'owners, with a key of the organization.',
  tags: ['organizations'],
  scope: 'audit:read',
  problems: ['forbidden'],
  request: { params: z.object({ organization: idShape<OrganizationId>() }), query: assetStateQueryShape },
  responses: {
    200: jsonAnswer(pageShape(organizationAssetShape).extend({ at: z.string() }), 'A page.'),
  },
})

export function registerAssetHistoryRoutes(app: CountersignApp): void {
  app.openapi(timeline, async (c) => {
    const { limit, cursor: position } = c.req.valid('query')
    const page = await readAssetTimeline(serviceContext(c), { ...c.req.valid('param'), limit, position })
    const nextCursor = page.next === null ? null : timelineCursor.encode(page.next)
    return c.json({ data: page.events, nextCursor }, 200)
  })

  app.openapi(states, async (c) => {
    const { cursor: position, ...query } = c.req.valid('query')
    const page = await listAssetStates(serviceContext(c), { ...c.req.valid('param'), ...query, position })
    const nextCursor = page.next === null ? null : assetStateCursor.encode(page.next)
    return c.json({ data: page.assets, nextCursor, at: page.at }, 200)
  })
}
