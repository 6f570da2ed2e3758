import { z } from 'zod'
import {
  assetTypeCursor,
  assetTypeQueryShape,
  assetTypeShape,
  versionCursor,
  versionNumberShape,
  versionQueryShape,
  versionShape,
  versionWithContentShape,
} from '../../contract/assets.ts'
import { pageShape } from '../../contract/pagination.ts'
import { idShape } from '../../contract/shapes.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import { getVersion } from '../../services/assets/get-version.ts'
import { listVersions } from '../../services/assets/list-versions.ts'
import { getAssetType } from '../../services/assets/types/get-asset-type.ts'
import { listAssetTypes } from '../../services/assets/types/list-asset-types.ts'
import type { RegisteredType } from '../../services/assets/types/registered-type.ts'
import { assetTag } from '../../services/assets/view/asset-state.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTag } from '../etag.ts'
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

const types = defineRoute({
  method: 'get',
  path: '/v1/asset-types',
  operationId: 'listAssetTypes',
  summary: 'List the asset types',
  description: 'The registry, by name: schemas, and what may be promoted.',
  tags,
  scope: null,
  problems: [],
  request: { query: assetTypeQueryShape },
  responses: { 200: jsonAnswer(pageShape(assetTypeShape), 'A page.') },
})

const type = defineRoute({
  method: 'get',
  path: '/v1/asset-types/{type}',
  operationId: 'getAssetType',
  summary: 'Read an asset type',
  description: 'Its schema, and the rules its assets are held to.',
  tags,
  scope: null,
  problems: [],
  request: { params: z.object({ type: z.string() }) },
  responses: { 200: jsonAnswer(assetTypeShape, 'The type.') },
})

function typeTag({ version, digest, builtIn }: RegisteredType): string {
  return builtIn ? digest.slice(0, 32) : String(version)
}

function shownType({ type, version, builtIn }: RegisteredType) {
  return { ...type, version, builtIn }
}

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

  app.openapi(types, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const rows = await listAssetTypes(serviceContext(c), { limit, after: cursor })
    const data = rows.slice(0, limit).map(shownType)
    const last = data.at(-1)
    const nextCursor = rows.length > limit && last ? assetTypeCursor.encode(last.name) : null
    return c.json({ data, nextCursor }, 200)
  })

  app.openapi(type, async (c) => {
    const found = await getAssetType(serviceContext(c), c.req.valid('param').type)
    setEntityTag(c, typeTag(found))
    return c.json(shownType(found), 200)
  })
}
