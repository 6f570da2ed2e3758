import { z } from 'zod'
import { assetMomentShape, pastAssetShape } from '../../contract/assets/asset-history.ts'
import {
  assetQueryShape,
  assetShape,
  newAssetShape,
  nextVersionShape,
  writtenAssetShape,
} from '../../contract/assets/assets.ts'
import { pageOf, pageShape } from '../../contract/pagination.ts'
import { idShape } from '../../contract/shapes.ts'
import { type AssetId, type EnvironmentId, identifier } from '../../domain/identifiers.ts'
import { createAsset } from '../../services/assets/create-asset.ts'
import { deleteAsset } from '../../services/assets/delete-asset.ts'
import { getAsset } from '../../services/assets/get-asset.ts'
import { getAssetAt } from '../../services/assets/get-asset-at.ts'
import { listAssets } from '../../services/assets/list-assets.ts'
import { assetTag } from '../../services/assets/view/asset-state.ts'
import { writeVersion } from '../../services/assets/write-version.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { contentBody } from '../request/body.ts'
import { ifMatch, setEntityTag, setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const inEnvironment = z.object({ environment: idShape<EnvironmentId>() })
const oneAsset = z.object({ asset: idShape<AssetId>() })
const tags = ['assets']

const create = defineRoute({
  method: 'post',
  path: '/v1/environments/{environment}/assets',
  operationId: 'createAsset',
  summary: 'Create an asset',
  description:
    'With its first version. In production only types that are local to each environment, carried out by the ' +
    'production worker. What it refers to need not exist yet.',
  tags,
  scope: 'assets:write',
  idempotent: true,
  bodyLimits: contentBody,
  problems: [
    'forbidden',
    'key-revoked',
    'promotion-only',
    'literal-secret',
    'patient-data',
    'credential-reused',
    'precondition-failed',
    'illegal-state',
    'reference-cycle',
  ],
  request: { params: inEnvironment, body: jsonBody(newAssetShape) },
  responses: { 201: jsonAnswer(assetShape, 'Created.'), 202: pendingAnswer },
})

const list = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/assets',
  operationId: 'listAssets',
  summary: 'List the assets of an environment',
  description: 'Newest first; deleted ones only with `deleted=true`.',
  tags,
  scope: 'assets:read',
  problems: [],
  request: { params: inEnvironment, query: assetQueryShape },
  responses: { 200: jsonAnswer(pageShape(assetShape), 'A page.') },
})

const read = defineRoute({
  method: 'get',
  path: '/v1/assets/{asset}',
  operationId: 'getAsset',
  summary: 'Read an asset',
  description:
    'How it stands: versions, link with the other environment, missing secrets. Content is in its versions. ' +
    'With `at`, how it stood at that moment, and in production what was live.',
  tags,
  scope: 'assets:read',
  problems: [],
  request: { params: oneAsset, query: assetMomentShape },
  responses: { 200: jsonAnswer(z.union([assetShape, pastAssetShape]), 'The asset, now or at a moment.') },
})

const write = defineRoute({
  method: 'put',
  path: '/v1/assets/{asset}',
  operationId: 'writeAssetVersion',
  summary: 'Write the next version',
  description:
    'Follows the version named in If-Match. The same content again is no new version: the answer says ' +
    '`written: false`. In production only for local types.',
  tags,
  scope: 'assets:write',
  ifMatch: true,
  bodyLimits: contentBody,
  problems: [
    'forbidden',
    'key-revoked',
    'promotion-only',
    'literal-secret',
    'patient-data',
    'credential-reused',
    'partner-owned',
    'illegal-state',
    'reference-cycle',
  ],
  request: { params: oneAsset, body: jsonBody(nextVersionShape) },
  responses: { 200: jsonAnswer(writtenAssetShape, 'The asset with its newest version.'), 202: pendingAnswer },
})

const remove = defineRoute({
  method: 'delete',
  path: '/v1/assets/{asset}',
  operationId: 'deleteAsset',
  summary: 'Delete an asset',
  description:
    'In staging and development. Its versions stay; nobody writes or promotes it any more. Not while other assets ' +
    'use it, or while it holds what a partner owns.',
  tags,
  scope: 'assets:write',
  problems: ['forbidden', 'precondition-failed', 'asset-in-use', 'partner-owned'],
  request: { params: oneAsset },
  responses: { 204: { description: 'Deleted, or was already.' } },
})

export function registerAssetRoutes(app: CountersignApp): void {
  app.openapi(create, async (c) => {
    const written = await createAsset(serviceContext(c), {
      ...c.req.valid('param'),
      ...c.req.valid('json'),
      idempotency: repeatableRequest(c),
    })
    markReplay(c, written.replayed)
    if (written.kind === 'pending') return answerPending(c, written)
    const { asset } = written
    c.header('Location', `/v1/assets/${asset.id}`)
    setEntityTag(c, assetTag(asset))
    return c.json(asset, 201)
  })

  app.openapi(list, async (c) => {
    const { environment } = c.req.valid('param')
    const { cursor, ...query } = c.req.valid('query')
    const before = cursor && identifier<AssetId>(cursor.id)
    const rows = await listAssets(serviceContext(c), { ...query, environment, before })
    return c.json(pageOf(rows, query.limit), 200)
  })

  app.openapi(read, async (c) => {
    const { asset: id } = c.req.valid('param')
    const { at } = c.req.valid('query')
    if (at !== undefined) {
      const past = await getAssetAt(serviceContext(c), id, at)
      setEntityTagOf(c, past)
      return c.json(past, 200)
    }
    const asset = await getAsset(serviceContext(c), id)
    setEntityTag(c, assetTag(asset))
    return c.json(asset, 200)
  })

  app.openapi(write, async (c) => {
    const { asset: id } = c.req.valid('param')
    const { content } = c.req.valid('json')
    const written = await writeVersion(serviceContext(c), { asset: id, content, seen: ifMatch(c) })
    if (written.kind === 'pending') return answerPending(c, written)
    setEntityTag(c, assetTag(written.asset))
    return c.json({ ...written.asset, written: written.written }, 200)
  })

  app.openapi(remove, async (c) => {
    const seen = c.req.header('If-Match') === undefined ? null : ifMatch(c)
    await deleteAsset(serviceContext(c), { asset: c.req.valid('param').asset, seen })
    return c.body(null, 204)
  })
}
