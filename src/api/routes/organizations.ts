import { z } from 'zod'
import {
  callerShape,
  memberCursor,
  memberQueryShape,
  memberRoleShape,
  memberShape,
  organizationShape,
} from '../../contract/organizations.ts'
import { pageQuery, pageShape, pageWith } from '../../contract/pagination.ts'
import { idShape } from '../../contract/shapes.ts'
import type { OrganizationId, PersonId } from '../../domain/identifiers.ts'
import { getOrganization } from '../../services/organizations/get-organization.ts'
import { listMembers } from '../../services/organizations/list-members.ts'
import { removeMember } from '../../services/organizations/remove-member.ts'
import { setMember } from '../../services/organizations/set-member.ts'
import { describeCaller } from '../../services/people/describe-caller.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['organizations']
const ofOrganization = z.object({ organization: idShape<OrganizationId>() })
const ofMember = ofOrganization.extend({ person: idShape<PersonId>() })

const me = defineRoute({
  method: 'get',
  path: '/v1/me',
  operationId: 'getMe',
  summary: 'Who calls?',
  description: 'The person behind the key, their roles and groups, and what this key opens.',
  tags,
  scope: null,
  problems: [],
  responses: { 200: jsonAnswer(callerShape, 'The caller.') },
})

const list = defineRoute({
  method: 'get',
  path: '/v1/organizations',
  operationId: 'listOrganizations',
  summary: "List the caller's organizations",
  description: 'A key belongs to one organization, so there is one.',
  tags,
  scope: null,
  problems: [],
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageShape(organizationShape), 'The organization of the key.') },
})

const get = defineRoute({
  method: 'get',
  path: '/v1/organizations/{organization}',
  operationId: 'getOrganization',
  summary: 'Read an organization',
  description: 'With any key of the organization.',
  tags,
  scope: null,
  problems: [],
  request: { params: ofOrganization },
  responses: { 200: jsonAnswer(organizationShape, 'The organization.') },
})

const members = defineRoute({
  method: 'get',
  path: '/v1/organizations/{organization}/members',
  operationId: 'listMembers',
  summary: 'List who has a role in the organization',
  description: 'Newest first, to whoever has one themselves. Takes a key of the organization.',
  tags,
  scope: 'people:read',
  problems: ['forbidden'],
  request: { params: ofOrganization, query: memberQueryShape },
  responses: { 200: jsonAnswer(pageShape(memberShape), 'A page of members.') },
})

const set = defineRoute({
  method: 'put',
  path: '/v1/organizations/{organization}/members/{person}',
  operationId: 'setMember',
  summary: 'Give a human a role in the organization',
  description: 'By owners, with a key of the organization. The last active owner stays one.',
  tags,
  scope: 'people:write',
  problems: ['forbidden', 'last-owner'],
  request: { params: ofMember, body: jsonBody(memberRoleShape) },
  responses: { 200: jsonAnswer(memberShape, 'The member.') },
})

const remove = defineRoute({
  method: 'delete',
  path: '/v1/organizations/{organization}/members/{person}',
  operationId: 'removeMember',
  summary: "Take somebody's role in the organization away",
  description: 'By owners, with a key of the organization. The last active owner stays.',
  tags,
  scope: 'people:write',
  problems: ['forbidden', 'last-owner'],
  request: { params: ofMember },
  responses: { 204: { description: 'They have no role in the organization.' } },
})

export function registerOrganizationRoutes(app: CountersignApp): void {
  app.openapi(me, async (c) => {
    const { organization, organizationRole, auditor, environments, ...rest } = await describeCaller(
      serviceContext(c),
    )
    const grants: 'auditor'[] = auditor ? ['auditor'] : []
    const shown = {
      ...rest,
      environments: environments.map(({ id, name, kind, role }) => ({ id, name, kind, role })),
      organizations: [{ ...organization, role: organizationRole, grants }],
    }
    setEntityTagOf(c, shown)
    return c.json(shown, 200)
  })

  app.openapi(list, async (c) => {
    const context = serviceContext(c)
    const organization = await getOrganization(context, context.caller.organization)
    // A page after the only one there is holds nothing.
    const data = c.req.valid('query').cursor === undefined ? [organization] : []
    return c.json({ data, nextCursor: null }, 200)
  })

  app.openapi(get, async (c) => {
    const organization = await getOrganization(serviceContext(c), c.req.valid('param').organization)
    setEntityTagOf(c, organization)
    return c.json(organization, 200)
  })

  app.openapi(members, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const asked = { ...c.req.valid('param'), after: cursor, limit: limit + 1 }
    const rows = await listMembers(serviceContext(c), asked)
    return c.json(
      pageWith(rows, limit, ({ person }) => memberCursor.encode(person)),
      200,
    )
  })

  app.openapi(set, async (c) => {
    const { organization, person } = c.req.valid('param')
    const { role, grants = [] } = c.req.valid('json')
    const member = await setMember(serviceContext(c), { organization, member: { person, role, grants } })
    setEntityTagOf(c, member)
    return c.json(member, 200)
  })

  app.openapi(remove, async (c) => {
    await removeMember(serviceContext(c), c.req.valid('param'))
    return c.body(null, 204)
  })
}
