import { z } from 'zod'
import {
  askedAssetTypeShape,
  assetTypeCursor,
  assetTypeNameShape,
  assetTypeQueryShape,
  assetTypeShape,
} from '../../contract/assets/asset-types.ts'
import { pageShape } from '../../contract/pagination.ts'
import { dryRunQueryShape } from '../../contract/shapes.ts'
import { getAssetType } from '../../services/assets/types/get-asset-type.ts'
import { listAssetTypes } from '../../services/assets/types/list-asset-types.ts'
import type { RegisteredType } from '../../services/assets/types/registered-type.ts'
import { setAssetType } from '../../services/assets/types/set-asset-type.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { ifMatch, setEntityTag } from '../request/etag.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['assets']

const list = defineRoute({
  method: 'get',
  path: '/v1/asset-types',
  operationId: 'listAssetTypes',
  summary: 'List the asset types',
  description:
    'What assets may be and what they are held to, by name: built-in types and the organization’s own.',
  tags,
  scope: null,
  problems: [],
  request: { query: assetTypeQueryShape },
  responses: { 200: jsonAnswer(pageShape(assetTypeShape), 'A page.') },
})

const read = defineRoute({
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

const set = defineRoute({
  method: 'put',
  path: '/v1/asset-types/{type}',
  operationId: 'setAssetType',
  summary: 'Define an asset type',
  description:
    'A new one, or with If-Match the next version of one of the organization’s own; by owners and admins, with a key of ' +
    'the organization. A change that stored content would not fit, or by which it would refer to other assets, is ' +
    'refused with the places.',
  tags,
  scope: 'asset-types:write',
  problems: ['forbidden', 'precondition-required', 'precondition-failed', 'type-in-use'],
  request: {
    params: z.object({ type: assetTypeNameShape }),
    query: dryRunQueryShape,
    body: jsonBody(askedAssetTypeShape),
  },
  responses: { 200: jsonAnswer(assetTypeShape, 'The type as it is now, or with `dryRun` as it would be.') },
})

function tagOf({ version, digest, builtIn }: RegisteredType): string {
  return builtIn ? digest.slice(0, 32) : String(version)
}

function shown({ type, version, builtIn }: RegisteredType) {
  return { ...type, version, builtIn }
}

export function registerAssetTypeRoutes(app: CountersignApp): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const rows = await listAssetTypes(serviceContext(c), { limit, after: cursor })
    const data = rows.slice(0, limit).map(shown)
    const last = data.at(-1)
    const nextCursor = rows.length > limit && last ? assetTypeCursor.encode(last.name) : null
    return c.json({ data, nextCursor }, 200)
  })

  app.openapi(read, async (c) => {
    const found = await getAssetType(serviceContext(c), c.req.valid('param').type)
    setEntityTag(c, tagOf(found))
    return c.json(shown(found), 200)
  })

  app.openapi(set, async (c) => {
    const { type: name } = c.req.valid('param')
    const { dryRun = false } = c.req.valid('query')
    const written = await setAssetType(serviceContext(c), {
      type: { ...c.req.valid('json'), name },
      seen: c.req.header('If-Match') === undefined ? null : ifMatch(c),
      isNew: c.req.header('If-None-Match') !== undefined,
      dryRun,
    })
    setEntityTag(c, tagOf(written))
    return c.json(shown(written), 200)
  })
}
