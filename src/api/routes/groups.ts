import { z } from 'zod'
import { pageShape, pageWith } from '../../contract/pagination.ts'
import {
  groupCursor,
  groupMembersShape,
  groupNameShape,
  groupQueryShape,
  groupShape,
} from '../../contract/people/groups.ts'
import { idShape } from '../../contract/shapes.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'
import { getGroup } from '../../services/groups/get-group.ts'
import { listGroups } from '../../services/groups/list-groups.ts'
import { removeGroup } from '../../services/groups/remove-group.ts'
import { setGroup } from '../../services/groups/set-group.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['groups']
const ofOrganization = z.object({ organization: idShape<OrganizationId>() })
const ofGroup = ofOrganization.extend({ name: groupNameShape })

const list = defineRoute({
  method: 'get',
  path: '/v1/organizations/{organization}/groups',
  operationId: 'listGroups',
  summary: 'List the groups of approvers',
  description: 'By name, with their members. Takes a key of the organization.',
  tags,
  scope: 'people:read',
  problems: ['forbidden'],
  request: { params: ofOrganization, query: groupQueryShape },
  responses: { 200: jsonAnswer(pageShape(groupShape), 'A page of groups.') },
})

const get = defineRoute({
  method: 'get',
  path: '/v1/organizations/{organization}/groups/{name}',
  operationId: 'getGroup',
  summary: 'Read a group of approvers',
  description: 'To whoever has a role in the organization. Takes a key of the organization.',
  tags,
  scope: 'people:read',
  problems: ['forbidden'],
  request: { params: ofGroup },
  responses: { 200: jsonAnswer(groupShape, 'The group.') },
})

const set = defineRoute({
  method: 'put',
  path: '/v1/organizations/{organization}/groups/{name}',
  operationId: 'setGroup',
  summary: 'Make a group, or replace its members',
  description: 'By owners and admins, with a key of the organization. Only humans are members.',
  tags,
  scope: 'people:write',
  problems: ['forbidden'],
  request: { params: ofGroup, body: jsonBody(groupMembersShape) },
  responses: { 200: jsonAnswer(groupShape, 'The group as it is now.') },
})

const remove = defineRoute({
  method: 'delete',
  path: '/v1/organizations/{organization}/groups/{name}',
  operationId: 'removeGroup',
  summary: 'Remove a group of approvers',
  description:
    'By owners and admins, with a key of the organization. A policy that names it has nobody there.',
  tags,
  scope: 'people:write',
  problems: ['forbidden'],
  request: { params: ofGroup },
  responses: { 204: { description: 'There is no such group.' } },
})

export function registerGroupRoutes(app: CountersignApp): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const asked = { ...c.req.valid('param'), after: cursor, limit: limit + 1 }
    const rows = await listGroups(serviceContext(c), asked)
    return c.json(
      pageWith(rows, limit, ({ name }) => groupCursor.encode(name)),
      200,
    )
  })

  app.openapi(get, async (c) => {
    const group = await getGroup(serviceContext(c), c.req.valid('param'))
    setEntityTagOf(c, group)
    return c.json(group, 200)
  })

  app.openapi(set, async (c) => {
    const group = await setGroup(serviceContext(c), { ...c.req.valid('param'), ...c.req.valid('json') })
    setEntityTagOf(c, group)
    return c.json(group, 200)
  })

  app.openapi(remove, async (c) => {
    await removeGroup(serviceContext(c), c.req.valid('param'))
    return c.body(null, 204)
  })
}
