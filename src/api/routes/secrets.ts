import { z } from 'zod'
import { versionNumberShape } from '../../contract/assets/assets.ts'
import {
  erasureRequestShape,
  erasureShape,
  secretRequestShape,
  suppliedSecretShape,
} from '../../contract/assets/secrets.ts'
import { idShape } from '../../contract/shapes.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import { eraseVersion } from '../../services/erasure/erase-version.ts'
import { supplySecret } from '../../services/secrets/supply-secret.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const supply = defineRoute({
  method: 'put',
  path: '/v1/assets/{asset}/secrets/{field}',
  operationId: 'supplySecret',
  summary: 'Supply a secret',
  description:
    'Seals the value for the environment of the asset, in the place of what was there; nothing ever returns it. Content ' +
    'and versions stay as they are. Also for promoted assets in production, which arrive without their secrets.',
  tags: ['assets'],
  scope: 'secrets:write',
  problems: ['forbidden', 'key-revoked', 'illegal-state', 'credential-reused', 'precondition-failed'],
  request: {
    params: z.object({
      asset: idShape<AssetId>(),
      field: z
        .string()
        .max(500)
        .meta({ description: 'A secret field by its name, or by its JSON Pointer, percent-encoded.' }),
    }),
    body: jsonBody(secretRequestShape),
  },
  responses: { 200: jsonAnswer(suppliedSecretShape, 'Supplied.'), 202: pendingAnswer },
})

const erase = defineRoute({
  method: 'post',
  path: '/v1/assets/{asset}/versions/{version}/erase',
  operationId: 'eraseVersion',
  summary: 'Erase the content of a version',
  description:
    'Takes two people: the first one proposes, the second one confirms by asking for the same. Then the bytes are blanked ' +
    'for good; the digest and every proof stay, and the same content is refused when it comes again. A version in use may ' +
    'be erased too; the answer says so.',
  tags: ['assets'],
  scope: 'content:erase',
  idempotent: true,
  problems: [
    'forbidden',
    'key-revoked',
    'precondition-failed',
    'illegal-state',
    'literal-secret',
    'patient-data',
  ],
  request: {
    params: z.object({ asset: idShape<AssetId>(), version: versionNumberShape }),
    body: jsonBody(erasureRequestShape),
  },
  responses: { 200: jsonAnswer(erasureShape, 'Proposed or confirmed.'), 202: pendingAnswer },
})

export function registerSecretRoutes(app: CountersignApp): void {
  app.openapi(supply, async (c) => {
    const { value } = c.req.valid('json')
    const supplied = await supplySecret(serviceContext(c), { ...c.req.valid('param'), value })
    if (supplied.kind === 'pending') return answerPending(c, supplied)
    return c.json({ [supplied.flag]: true as const }, 200)
  })

  app.openapi(erase, async (c) => {
    const asked = { ...c.req.valid('param'), ...c.req.valid('json'), idempotency: repeatableRequest(c) }
    const answer = await eraseVersion(serviceContext(c), asked)
    markReplay(c, answer.replayed)
    if (answer.kind === 'pending') return answerPending(c, answer)
    return c.json(answer.erasure, 200)
  })
}
