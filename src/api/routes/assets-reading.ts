import { z } from 'zod'
import {
  versionCursor,
  versionNumberShape,
  versionQueryShape,
  versionShape,
  versionWithContentShape,
} from '../../contract/assets/assets.ts'
import { pageShape } from '../../contract/pagination.ts'
import { idShape } from '../../contract/shapes.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import { getVersion } from '../../services/assets/get-version.ts'
import { listVersions } from '../../services/assets/list-versions.ts'
import { assetTag } from '../../services/assets/view/asset-state.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTag } from '../request/etag.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const tags = ['assets']

const versions = defineRoute({
  method: 'get',
  path: '/v1/assets/{asset}/versions',
  operationId: 'listAssetVersions',
  summary: 'List the versions of an asset',
  description: 'Newest first, without their content.',
  tags,
  scope: 'assets:read',
  problems: [],
  request: { params: z.object({ asset: idShape<AssetId>() }), query: versionQueryShape },
  responses: { 200: jsonAnswer(pageShape(versionShape), 'A page.') },
})

const version = defineRoute({
  method: 'get',
  path: '/v1/assets/{asset}/versions/{version}',
  operationId: 'getAssetVersion',
  summary: 'Read a version with its content',
  description: 'Reading content of production is an entry of the log, once per person, version and hour.',
  tags,
  scope: 'assets:read',
  problems: [],
  request: { params: z.object({ asset: idShape<AssetId>(), version: versionNumberShape }) },
  responses: { 200: jsonAnswer(versionWithContentShape, 'The version.') },
})

export function registerAssetReadingRoutes(app: CountersignApp): void {
  app.openapi(versions, async (c) => {
    const { asset } = c.req.valid('param')
    const { limit, cursor: below } = c.req.valid('query')
    const rows = await listVersions(serviceContext(c), { asset, limit, below })
    const data = rows.slice(0, limit)
    const last = data.at(-1)
    const nextCursor = rows.length > limit && last ? versionCursor.encode(last.version) : null
    return c.json({ data, nextCursor }, 200)
  })

  app.openapi(version, async (c) => {
    const { asset, version: number } = c.req.valid('param')
    const found = await getVersion(serviceContext(c), asset, number)
    const content: unknown = found.content
    setEntityTag(c, assetTag(found))
    return c.json({ ...found, content }, 200)
  })
}
