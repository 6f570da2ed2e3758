import { z } from 'zod'
import {
  environmentCursor,
  environmentMemberCursor,
  environmentMemberQueryShape,
  environmentMemberRoleShape,
  environmentMemberShape,
  environmentQueryShape,
  environmentShape,
} from '../../contract/organizations.ts'
import { pageShape, pageWith } from '../../contract/pagination.ts'
import { idShape } from '../../contract/shapes.ts'
import type { ActorId, EnvironmentId } from '../../domain/identifiers.ts'
import { getEnvironment } from '../../services/environments/get-environment.ts'
import { listEnvironmentMembers } from '../../services/environments/list-environment-members.ts'
import { listEnvironments } from '../../services/environments/list-environments.ts'
import { removeEnvironmentMember } from '../../services/environments/remove-environment-member.ts'
import { setEnvironmentMember } from '../../services/environments/set-environment-member.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'
import { shownEnvironment } from './environments/shown-environment.ts'

const tags = ['environments']
const ofEnvironment = z.object({ environment: idShape<EnvironmentId>() })
const ofMember = ofEnvironment.extend({ person: idShape<ActorId>() })

const list = defineRoute({
  method: 'get',
  path: '/v1/environments',
  operationId: 'listEnvironments',
  summary: 'List environments',
  description:
    'Newest first: those the caller has a role in; to owners and admins all of them; to who may write in staging also where it is ' +
    'promoted to. A key of an environment sees no other one besides that.',
  tags,
  scope: null,
  problems: [],
  request: { query: environmentQueryShape },
  responses: { 200: jsonAnswer(pageShape(environmentShape), 'A page of environments.') },
})

const get = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}',
  operationId: 'getEnvironment',
  summary: 'Read an environment',
  description: 'One of those that the list shows.',
  tags,
  scope: null,
  problems: [],
  request: { params: ofEnvironment },
  responses: { 200: jsonAnswer(environmentShape, 'The environment.') },
})

const members = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/members',
  operationId: 'listEnvironmentMembers',
  summary: 'List who has a role in an environment',
  description: 'Newest first, to whoever has one there, to owners and to admins.',
  tags,
  scope: 'people:read',
  problems: ['forbidden'],
  request: { params: ofEnvironment, query: environmentMemberQueryShape },
  responses: { 200: jsonAnswer(pageShape(environmentMemberShape), 'A page of members.') },
})

const set = defineRoute({
  method: 'put',
  path: '/v1/environments/{environment}/members/{person}',
  operationId: 'setEnvironmentMember',
  summary: 'Give somebody a role in an environment',
  description: 'A human or a service account; by owners and admins, with a key of the organization.',
  tags,
  scope: 'people:write',
  problems: ['forbidden'],
  request: { params: ofMember, body: jsonBody(environmentMemberRoleShape) },
  responses: { 200: jsonAnswer(environmentMemberShape, 'The member.') },
})

const remove = defineRoute({
  method: 'delete',
  path: '/v1/environments/{environment}/members/{person}',
  operationId: 'removeEnvironmentMember',
  summary: "Take somebody's role in an environment away",
  description: 'By owners and admins, with a key of the organization.',
  tags,
  scope: 'people:write',
  problems: ['forbidden'],
  request: { params: ofMember },
  responses: { 204: { description: 'They have no role there.' } },
})

export function registerEnvironmentRoutes(app: CountersignApp): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const visible = await listEnvironments(serviceContext(c), { after: cursor, limit: limit + 1 })
    return c.json(
      pageWith(visible.map(shownEnvironment), limit, ({ id }) => environmentCursor.encode(id)),
      200,
    )
  })

  app.openapi(get, async (c) => {
    const environment = shownEnvironment(
      await getEnvironment(serviceContext(c), c.req.valid('param').environment),
    )
    setEntityTagOf(c, environment)
    return c.json(environment, 200)
  })

  app.openapi(members, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const asked = { ...c.req.valid('param'), after: cursor, limit: limit + 1 }
    const rows = await listEnvironmentMembers(serviceContext(c), asked)
    return c.json(
      pageWith(rows, limit, ({ person }) => environmentMemberCursor.encode(person)),
      200,
    )
  })

  app.openapi(set, async (c) => {
    const asked = { ...c.req.valid('param'), ...c.req.valid('json') }
    const member = await setEnvironmentMember(serviceContext(c), asked)
    setEntityTagOf(c, member)
    return c.json(member, 200)
  })

  app.openapi(remove, async (c) => {
    await removeEnvironmentMember(serviceContext(c), c.req.valid('param'))
    return c.body(null, 204)
  })
}
