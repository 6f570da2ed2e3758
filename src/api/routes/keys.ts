import { z } from 'zod'
import { pageOf, pageQuery, pageShape } from '../../contract/pagination.ts'
import { createdKeyShape, keyShape, newKeyShape } from '../../contract/people/keys.ts'
import { idShape } from '../../contract/shapes.ts'
import type { ApiKeyId, EnvironmentId, OrganizationId } from '../../domain/identifiers.ts'
import { type CreateKey, createKey } from '../../services/keys/create-key.ts'
import { keyMaker } from '../../services/keys/key-maker.ts'
import { listKeys } from '../../services/keys/list-keys.ts'
import { revokeKey } from '../../services/keys/revoke-key.ts'
import { Refused } from '../../services/refused.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['keys']

const list = defineRoute({
  method: 'get',
  path: '/v1/api-keys',
  operationId: 'listApiKeys',
  summary: "List one's own keys",
  description:
    'And those of the service accounts one owns, newest first. A key of an environment sees only that one.',
  tags,
  scope: 'keys:read',
  problems: [],
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageShape(keyShape), 'A page of keys.') },
})

const create = defineRoute({
  method: 'post',
  path: '/v1/api-keys',
  operationId: 'createApiKey',
  summary: 'Make a key',
  description:
    "One's own, or of a service account one owns. It opens one environment, in which its actor has a role, or the organization, and is never wider than the key it is made with. A sign-in token may call this.",
  tags,
  access: 'key-or-sign-in',
  scope: 'keys:write',
  problems: ['forbidden', 'not-found'],
  idempotent: true,
  request: { body: jsonBody(newKeyShape) },
  responses: { 201: jsonAnswer(createdKeyShape, 'The key, with its secret.') },
})

const revoke = defineRoute({
  method: 'delete',
  path: '/v1/api-keys/{key}',
  operationId: 'revokeApiKey',
  summary: 'Revoke a key',
  description: "One's own, or of a service account one owns. Takes effect with the next request.",
  tags,
  scope: 'keys:write',
  problems: [],
  request: { params: z.object({ key: idShape<ApiKeyId>() }) },
  responses: { 204: { description: 'The key is revoked.' } },
})

function doorOf(
  environment: EnvironmentId | undefined,
  organization: OrganizationId | undefined,
): CreateKey['door'] {
  if (environment !== undefined) return { kind: 'environment', environment }
  if (organization !== undefined) return { kind: 'organization', organization }
  throw new Refused(
    'invalid-body',
    'A key opens either an environment or the organization: name one of them.',
  )
}

export function registerKeyRoutes(app: CountersignApp): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const keys = await listKeys(serviceContext(c), { after: cursor, limit: limit + 1 })
    return c.json(pageOf(keys, limit), 200)
  })

  app.openapi(create, async (c) => {
    const bearer = c.get('bearer')
    if (bearer === undefined) throw new Refused('unauthenticated', 'This needs a key or a sign-in token.')
    const { name, environment, organization, account, scopes, expiresAt } = c.req.valid('json')
    const door = doorOf(environment, organization)
    const asked = { name, door, account, scopes, expiresAt, ...repeatableRequest(c) }
    const { key, secret, replayed } = await createKey(c.get('dependencies'), keyMaker(bearer), asked)
    markReplay(c, replayed)
    setEntityTagOf(c, key)
    return c.json({ ...key, secret }, 201)
  })

  app.openapi(revoke, async (c) => {
    await revokeKey(serviceContext(c), c.req.valid('param').key)
    return c.body(null, 204)
  })
}
