import { z } from 'zod'
import { organizationFreezeShape } from '../../contract/organizations.ts'
import { pageShape, pageWith } from '../../contract/pagination.ts'
import {
  askedTimes,
  freezeCursor,
  freezeQueryShape,
  freezeShape,
  newFreezeShape,
  newOrganizationFreezeShape,
} from '../../contract/promotions/freezes.ts'
import { idShape } from '../../contract/shapes.ts'
import type { EnvironmentId, FreezeId, OrganizationId } from '../../domain/identifiers.ts'
import { freezeOrganization } from '../../services/freezes/freeze-organization.ts'
import { liftFreeze } from '../../services/freezes/lift-freeze.ts'
import { listFreezes } from '../../services/freezes/list-freezes.ts'
import { setFreeze } from '../../services/freezes/set-freeze.ts'
import { unfreezeOrganization } from '../../services/freezes/unfreeze-organization.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['freezes']
const ofOrganization = z.object({ organization: idShape<OrganizationId>() })
const ofEnvironment = z.object({ environment: idShape<EnvironmentId>() })
const ofFreeze = ofEnvironment.extend({ freeze: idShape<FreezeId>() })

const freezeAll = defineRoute({
  method: 'put',
  path: '/v1/organizations/{organization}/freeze',
  operationId: 'freezeOrganization',
  summary: 'Stop every promotion of the organization',
  description:
    'At once, by owners and admins, with a key of the organization. Nothing is authorized to land until it is lifted; what was ' +
    'authorized before lands. People go on to review and decide. While it is frozen already, the first reason stays.',
  tags,
  scope: 'freezes:write',
  problems: ['forbidden', 'literal-secret', 'patient-data'],
  request: { params: ofOrganization, body: jsonBody(newOrganizationFreezeShape) },
  responses: { 200: jsonAnswer(organizationFreezeShape, 'The freeze that is in force.') },
})

const unfreezeAll = defineRoute({
  method: 'delete',
  path: '/v1/organizations/{organization}/freeze',
  operationId: 'unfreezeOrganization',
  summary: 'Let promotions of the organization land again',
  description: 'By owners and admins, with a key of the organization. What waited lands by itself.',
  tags,
  scope: 'freezes:write',
  problems: ['forbidden'],
  request: { params: ofOrganization },
  responses: { 204: { description: 'The organization is not frozen.' } },
})

const list = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/freezes',
  operationId: 'listFreezes',
  summary: 'List the freezes of an environment',
  description: 'Newest first: in force, still to come, over and lifted. To whoever may read its policy.',
  tags,
  scope: 'policies:read',
  problems: ['forbidden'],
  request: { params: ofEnvironment, query: freezeQueryShape },
  responses: { 200: jsonAnswer(pageShape(freezeShape), 'A page of freezes.') },
})

const set = defineRoute({
  method: 'post',
  path: '/v1/environments/{environment}/freezes',
  operationId: 'setFreeze',
  summary: 'Freeze an environment',
  description:
    'Once or again and again, by owners and admins with a key of the organization, and by members of the groups that the ' +
    'policy lists in `mayFreeze`, who have a role there, also with a key of the environment. Meanwhile nothing is authorized ' +
    'to land there.',
  tags,
  scope: 'freezes:write',
  problems: ['forbidden', 'literal-secret', 'patient-data'],
  idempotent: true,
  request: { params: ofEnvironment, body: jsonBody(newFreezeShape) },
  responses: { 201: jsonAnswer(freezeShape, 'The freeze.') },
})

const lift = defineRoute({
  method: 'delete',
  path: '/v1/environments/{environment}/freezes/{freeze}',
  operationId: 'liftFreeze',
  summary: 'Lift a freeze of an environment',
  description:
    'For good, by owners and admins, with a key of the organization. What waited lands by itself; the list keeps the freeze.',
  tags,
  scope: 'freezes:write',
  problems: ['forbidden'],
  request: { params: ofFreeze },
  responses: { 204: { description: 'The freeze is lifted.' } },
})

export function registerFreezeRoutes(app: CountersignApp): void {
  app.openapi(freezeAll, async (c) => {
    const asked = { ...c.req.valid('param'), ...c.req.valid('json') }
    const freeze = await freezeOrganization(serviceContext(c), asked)
    setEntityTagOf(c, freeze)
    return c.json(freeze, 200)
  })

  app.openapi(unfreezeAll, async (c) => {
    await unfreezeOrganization(serviceContext(c), c.req.valid('param'))
    return c.body(null, 204)
  })

  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const asked = { ...c.req.valid('param'), after: cursor, limit: limit + 1 }
    const rows = await listFreezes(serviceContext(c), asked)
    return c.json(
      pageWith(rows, limit, ({ id }) => freezeCursor.encode(id)),
      200,
    )
  })

  app.openapi(set, async (c) => {
    const { environment } = c.req.valid('param')
    const body = c.req.valid('json')
    const { reason, name = null } = body
    const asked = { environment, reason, name, times: askedTimes(body), ...repeatableRequest(c) }
    const { freeze, replayed } = await setFreeze(serviceContext(c), asked)
    markReplay(c, replayed)
    setEntityTagOf(c, freeze)
    return c.json(freeze, 201)
  })

  app.openapi(lift, async (c) => {
    await liftFreeze(serviceContext(c), c.req.valid('param'))
    return c.body(null, 204)
  })
}
