import type { MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { assetsFileShape, exportQueryShape, importedShape } from '../../contract/assets/assets-file.ts'
import { dryRunQueryShape, idShape } from '../../contract/shapes.ts'
import { mostFileBytes } from '../../domain/asset/assets-file.ts'
import { type EnvironmentId, identifier, isUuid } from '../../domain/identifiers.ts'
import { exportAssets } from '../../services/assets/transfer/export-assets.ts'
import { digestOfFile, importAssets } from '../../services/assets/transfer/import-assets.ts'
import { requireImport } from '../../services/assets/transfer/require-import.ts'
import { serviceContext } from '../context.ts'
import type { ApiEnvironment, CountersignApp } from '../environment.ts'
import { contentBody } from '../request/body.ts'
import { setEntityTag } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const inEnvironment = z.object({ environment: idShape<EnvironmentId>() })
const tags = ['assets']

const exportRoute = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/assets:export',
  operationId: 'exportAssets',
  summary: 'Export the assets of an environment',
  description:
    'As one canonical JSON file (RFC 8785) that only a change of the assets changes; its SHA-256 is the ETag. Deleted ' +
    'assets and secrets are not in it. In production the export is an entry of the log.',
  tags,
  scope: 'assets:read',
  problems: ['forbidden', 'too-large'],
  request: { params: inEnvironment, query: exportQueryShape },
  responses: { 200: jsonAnswer(assetsFileShape, 'The file.') },
})

// Reading and parsing a large file costs more than asking whether it may be imported.
const mayImport: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  const environment = c.req.param('environment') ?? ''
  if (isUuid(environment)) await requireImport(serviceContext(c), identifier<EnvironmentId>(environment))
  return next()
}

const importRoute = defineRoute({
  method: 'post',
  path: '/v1/environments/{environment}/assets:import',
  operationId: 'importAssets',
  summary: 'Import a file of assets',
  description:
    'Into development or staging, all of it or nothing; never into production, and never a file of production. An asset ' +
    'stands for the one of its id here, otherwise for the one of its type and name, otherwise for a new one. The body may ' +
    'have 16 MiB; each content nests as deep as ever. With `dryRun=true` nothing changes.',
  tags,
  scope: 'assets:write',
  idempotent: true,
  // The file, its list and each asset nest around the contents, where another body nests once.
  bodyLimits: { bytes: mostFileBytes, depth: contentBody.depth + 2 },
  beforeBody: mayImport,
  problems: [
    'forbidden',
    'promotion-only',
    'partner-owned',
    'literal-secret',
    'patient-data',
    'reference-cycle',
    'illegal-state',
    'unavailable',
  ],
  request: { params: inEnvironment, query: dryRunQueryShape, body: jsonBody(assetsFileShape) },
  responses: { 200: jsonAnswer(importedShape, 'What became of each asset.') },
})

export function registerAssetTransferRoutes(app: CountersignApp): void {
  app.openapi(exportRoute, async (c) => {
    const { environment } = c.req.valid('param')
    const { bytes, digest } = await exportAssets(serviceContext(c), { environment, ...c.req.valid('query') })
    setEntityTag(c, digest)
    // The exact bytes, of which the tag is the digest; the shape is that of the answer.
    c.header('Content-Type', 'application/json')
    return c.body(bytes, 200) as never
  })

  app.openapi(importRoute, async (c) => {
    const { environment } = c.req.valid('param')
    const { dryRun = false } = c.req.valid('query')
    const file = c.req.valid('json')
    const imported = await importAssets(serviceContext(c), {
      environment,
      file,
      fileDigest: digestOfFile(c.get('body') ?? null),
      dryRun,
      idempotency: repeatableRequest(c),
    })
    markReplay(c, imported.replayed)
    const { data, warnings } = imported
    return c.json({ environment, dryRun, data, warnings }, 200)
  })
}
