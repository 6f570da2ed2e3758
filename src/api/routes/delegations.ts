import { z } from 'zod'
import { pageOf, pageQuery, pageShape } from '../../contract/pagination.ts'
import { delegationShape, newDelegationShape } from '../../contract/people/delegations.ts'
import { idShape } from '../../contract/shapes.ts'
import type { DelegationId } from '../../domain/identifiers.ts'
import { endDelegation } from '../../services/delegations/end-delegation.ts'
import { giveDelegation } from '../../services/delegations/give-delegation.ts'
import { listDelegations } from '../../services/delegations/list-delegations.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['people']

const list = defineRoute({
  method: 'get',
  path: '/v1/delegations',
  operationId: 'listDelegations',
  summary: 'List who stands in for whom',
  description: 'The delegations that one gave or received; for owners, admins and auditors everybody’s.',
  tags,
  scope: 'delegations:read',
  problems: ['forbidden'],
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageShape(delegationShape), 'Newest first.') },
})

const give = defineRoute({
  method: 'post',
  path: '/v1/delegations',
  operationId: 'giveDelegation',
  summary: 'Let somebody stand in for you',
  description:
    'Another active human of the organization, for a period of at most 90 days that does not lie in the past. They still ' +
    'need a role of their own where they act, and pass nothing on that you received from somebody else. A token does not do.',
  tags,
  scope: 'delegations:write',
  idempotent: true,
  problems: ['forbidden', 'literal-secret', 'patient-data'],
  request: { body: jsonBody(newDelegationShape) },
  responses: { 201: jsonAnswer(delegationShape, 'Given.') },
})

const end = defineRoute({
  method: 'delete',
  path: '/v1/delegations/{delegation}',
  operationId: 'endDelegation',
  summary: 'End a delegation now',
  description:
    'One that you gave; owners and admins end everybody’s. It stays listed, with the moment of its end.',
  tags,
  scope: 'delegations:write',
  problems: ['forbidden'],
  request: { params: z.object({ delegation: idShape<DelegationId>() }) },
  responses: { 204: { description: 'It has ended.' } },
})

export function registerDelegationRoutes(app: CountersignApp): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const delegations = await listDelegations(serviceContext(c), { after: cursor, limit: limit + 1 })
    return c.json(pageOf(delegations, limit), 200)
  })

  app.openapi(give, async (c) => {
    const asked = { ...c.req.valid('json'), idempotency: repeatableRequest(c) }
    const { delegation, replayed } = await giveDelegation(serviceContext(c), asked)
    markReplay(c, replayed)
    setEntityTagOf(c, delegation)
    return c.json(delegation, 201)
  })

  app.openapi(end, async (c) => {
    await endDelegation(serviceContext(c), c.req.valid('param').delegation)
    return c.body(null, 204)
  })
}
