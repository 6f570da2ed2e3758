import { z } from 'zod'
import { askedPolicyShape, policyShape } from '../../contract/promotions/policy.ts'
import { idShape } from '../../contract/shapes.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { getPolicy } from '../../services/environments/get-policy.ts'
import { setPolicy } from '../../services/environments/set-policy.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { ifMatch, setEntityTag } from '../request/etag.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['policies']
const ofEnvironment = z.object({ environment: idShape<EnvironmentId>() })

const get = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/policy',
  operationId: 'getPolicy',
  summary: 'Read the policy of an environment',
  description: 'Its newest version, which routes what is requested from now on. The ETag is the version.',
  tags,
  scope: 'policies:read',
  problems: ['forbidden'],
  request: { params: ofEnvironment },
  responses: { 200: jsonAnswer(policyShape, 'The policy.') },
})

const set = defineRoute({
  method: 'put',
  path: '/v1/environments/{environment}/policy',
  operationId: 'setPolicy',
  summary: 'Set the policy of an environment',
  description:
    'Stores a new version; by owners and admins, with a key of the organization. If-Match holds the version that was seen, "0" where there was none.',
  tags,
  scope: 'policies:write',
  problems: ['forbidden', 'literal-secret', 'patient-data'],
  ifMatch: true,
  request: { params: ofEnvironment, body: jsonBody(askedPolicyShape) },
  responses: { 200: jsonAnswer(policyShape, 'The policy as it is now.') },
})

export function registerPolicyRoutes(app: CountersignApp): void {
  app.openapi(get, async (c) => {
    const policy = await getPolicy(serviceContext(c), c.req.valid('param').environment)
    setEntityTag(c, policy.version)
    return c.json(policy, 200)
  })

  app.openapi(set, async (c) => {
    const { environment } = c.req.valid('param')
    const asked = { environment, policy: c.req.valid('json'), seen: ifMatch(c) }
    const policy = await setPolicy(serviceContext(c), asked)
    setEntityTag(c, policy.version)
    return c.json(policy, 200)
  })
}
