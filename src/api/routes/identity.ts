import { identityShape, newIdentityShape } from '../../contract/people/identity.ts'
import { linkIdentity } from '../../services/identity/link-identity.ts'
import { unlinkIdentity } from '../../services/identity/unlink-identity.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['people']

const link = defineRoute({
  method: 'put',
  path: '/v1/me/identity',
  operationId: 'linkMyIdentity',
  summary: 'Link yourself to your identity at the identity provider',
  description:
    'From then on its access tokens stand for you. Takes an access token of the identity, issued after any link to it in the organization ended, and a key of the organization of your own that has no limits. Replaces an identity linked before.',
  tags,
  scope: 'keys:write',
  problems: ['forbidden', 'illegal-state'],
  request: { body: jsonBody(newIdentityShape) },
  responses: { 200: jsonAnswer(identityShape, 'The identity that is linked now.') },
})

const unlink = defineRoute({
  method: 'delete',
  path: '/v1/me/identity',
  operationId: 'unlinkMyIdentity',
  summary: 'Remove the link to your identity',
  description:
    'Its access tokens open nothing from then on. Takes a key of the organization of your own; a token does not do.',
  tags,
  scope: 'keys:write',
  problems: ['forbidden'],
  responses: { 204: { description: 'No identity is linked.' } },
})

export function registerIdentityRoutes(app: CountersignApp): void {
  app.openapi(link, async (c) => {
    const linked = await linkIdentity(serviceContext(c), c.req.valid('json').accessToken)
    setEntityTagOf(c, linked)
    return c.json(linked, 200)
  })

  app.openapi(unlink, async (c) => {
    await unlinkIdentity(serviceContext(c))
    return c.body(null, 204)
  })
}
