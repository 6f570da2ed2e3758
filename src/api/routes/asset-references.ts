import { z } from 'zod'
import {
  assetUseShape,
  usedByCursor,
  usedByQueryShape,
  usesCursor,
  usesQueryShape,
} from '../../contract/assets/references.ts'
import { pageShape } from '../../contract/pagination.ts'
import { idShape } from '../../contract/shapes.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import { listUsedBy } from '../../services/assets/list-used-by.ts'
import { listUses } from '../../services/assets/list-uses.ts'
import type { AssetUse } from '../../services/assets/references/read-users.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const params = z.object({ asset: idShape<AssetId>() })
const page = jsonAnswer(pageShape(assetUseShape), 'A page.')
const tags = ['assets']

const uses = defineRoute({
  method: 'get',
  path: '/v1/assets/{asset}/uses',
  operationId: 'listAssetUses',
  summary: 'What does an asset use?',
  description:
    'The references of its newest version, in the order of its content. One that this environment does not have is ' +
    '`resolved: false`, wherever else it may be.',
  tags,
  scope: 'assets:read',
  problems: [],
  request: { params, query: usesQueryShape },
  responses: { 200: page },
})

const usedBy = defineRoute({
  method: 'get',
  path: '/v1/assets/{asset}/used-by',
  operationId: 'listAssetUsers',
  summary: 'What uses an asset?',
  description:
    'References to it from the newest versions of other assets of this environment that are not deleted, of the ' +
    'newest asset first.',
  tags,
  scope: 'assets:read',
  problems: [],
  request: { params, query: usedByQueryShape },
  responses: { 200: page },
})

function shown({ id, type, name, version, pointer, required, resolved }: AssetUse): AssetUse {
  return { id, type, name, version, pointer, required, resolved }
}

export function registerAssetReferenceRoutes(app: CountersignApp): void {
  app.openapi(uses, async (c) => {
    const { limit, cursor: after } = c.req.valid('query')
    const { version, uses: found } = await listUses(serviceContext(c), {
      ...c.req.valid('param'),
      limit,
      after,
    })
    const data = found.slice(0, limit)
    const last = data.at(-1)
    const more = found.length > limit && last !== undefined
    const nextCursor = more ? usesCursor.encode({ version, position: last.position }) : null
    return c.json({ data: data.map(shown), nextCursor }, 200)
  })

  app.openapi(usedBy, async (c) => {
    const { limit, cursor: after } = c.req.valid('query')
    const found = await listUsedBy(serviceContext(c), { ...c.req.valid('param'), limit, after })
    const data = found.slice(0, limit)
    const last = data.at(-1)
    const more = found.length > limit && last !== undefined
    const nextCursor = more ? usedByCursor.encode({ asset: last.asset, position: last.position }) : null
    return c.json({ data: data.map(shown), nextCursor }, 200)
  })
}
