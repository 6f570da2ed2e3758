import { z } from 'zod'
import { askedRestoreShape, restoredAssetShape } from '../../contract/assets/assets.ts'
import { dryRunQueryShape, idShape } from '../../contract/shapes.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import { restoreAsset } from '../../services/assets/restore/restore-asset.ts'
import { assetTag } from '../../services/assets/view/asset-state.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { ifMatch, setEntityTag } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const restore = defineRoute({
  method: 'post',
  path: '/v1/assets/{asset}/restore',
  operationId: 'restoreAsset',
  summary: 'Bring an older version back',
  description:
    'In development and staging its content becomes the next version. In production it is put in use again, by an ' +
    'engineer, where the policy allows it and it was in use before. `dryRun=true` shows before, after and what would ' +
    'change, and changes nothing. If-Match is heeded where it is sent.',
  tags: ['assets'],
  scope: 'assets:write',
  idempotent: true,
  problems: [
    'forbidden',
    'key-revoked',
    'illegal-state',
    'promotion-open',
    'precondition-failed',
    'literal-secret',
    'patient-data',
  ],
  request: {
    params: z.object({ asset: idShape<AssetId>() }),
    query: dryRunQueryShape,
    body: jsonBody(askedRestoreShape),
  },
  responses: {
    200: jsonAnswer(restoredAssetShape, 'The asset, and what came back instead of what.'),
    202: pendingAnswer,
  },
})

type ShownChanges = NonNullable<z.output<typeof restoredAssetShape>['restoration']['diff']>

export function registerRestoreRoutes(app: CountersignApp): void {
  app.openapi(restore, async (c) => {
    const done = await restoreAsset(serviceContext(c), {
      ...c.req.valid('param'),
      ...c.req.valid('json'),
      dryRun: c.req.valid('query').dryRun === true,
      seen: c.req.header('If-Match') === undefined ? null : ifMatch(c),
      idempotency: repeatableRequest(c),
    })
    markReplay(c, done.replayed)
    if (done.kind === 'pending') return answerPending(c, done)
    const { asset, restoration } = done
    const { diff, ...named } = restoration
    const changes: ShownChanges | undefined = diff
    setEntityTag(c, assetTag(asset))
    return c.json(
      { ...asset, restoration: { ...named, ...(changes === undefined ? {} : { diff: changes }) } },
      200,
    )
  })
}
