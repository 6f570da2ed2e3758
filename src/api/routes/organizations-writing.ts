import { z } from 'zod'
import {
  createdOrganizationShape,
  environmentShape,
  newEnvironmentShape,
  newOrganizationShape,
  organizationChangeShape,
  organizationShape,
} from '../../contract/organizations.ts'
import { idShape } from '../../contract/shapes.ts'
import { instant, type OrganizationId } from '../../domain/identifiers.ts'
import { createEnvironment } from '../../services/environments/create-environment.ts'
import { createOrganization } from '../../services/organizations/create-organization.ts'
import { renameOrganization } from '../../services/organizations/rename-organization.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'
import { shownEnvironment } from './environments/shown-environment.ts'

const ofOrganization = z.object({ organization: idShape<OrganizationId>() })

const create = defineRoute({
  method: 'post',
  path: '/v1/organizations',
  operationId: 'createOrganization',
  summary: 'Make a further organization',
  description:
    'By owners, with a key of their organization. The new one has three environments, a first policy of production and the owner it is given, who gets a sign-in token, shown once. Whoever asks has no part in it.',
  tags: ['organizations'],
  scope: 'organizations:write',
  problems: ['forbidden'],
  idempotent: true,
  request: { body: jsonBody(newOrganizationShape) },
  responses: { 201: jsonAnswer(createdOrganizationShape, 'The organization.') },
})

const rename = defineRoute({
  method: 'patch',
  path: '/v1/organizations/{organization}',
  operationId: 'updateOrganization',
  summary: 'Rename an organization',
  description: 'By owners and admins, with a key of the organization.',
  tags: ['organizations'],
  scope: 'organizations:write',
  problems: ['forbidden'],
  request: { params: ofOrganization, body: jsonBody(organizationChangeShape) },
  responses: { 200: jsonAnswer(organizationShape, 'The organization as it is now.') },
})

const addEnvironment = defineRoute({
  method: 'post',
  path: '/v1/organizations/{organization}/environments',
  operationId: 'createEnvironment',
  summary: 'Make a further environment',
  description:
    'Of any kind, by owners and admins, with a key of the organization. Nobody has a role in it until they are given one. An environment of production begins with a first policy.',
  tags: ['environments'],
  scope: 'environments:write',
  problems: ['forbidden', 'name-taken'],
  idempotent: true,
  request: { params: ofOrganization, body: jsonBody(newEnvironmentShape) },
  responses: { 201: jsonAnswer(environmentShape, 'The environment.') },
})

export function registerOrganizationWritingRoutes(app: CountersignApp): void {
  app.openapi(create, async (c) => {
    const { name, owner } = c.req.valid('json')
    const founding = { organizationName: name, ownerName: owner.name, ownerEmail: owner.email }
    const made = await createOrganization(serviceContext(c), { founding, ...repeatableRequest(c) })
    markReplay(c, made.replayed)
    const created = { id: made.organization, name, createdAt: instant(made.createdAt) }
    const organization = { ...created, freeze: null, checksPublicKey: null }
    setEntityTagOf(c, organization)
    const firstOwner = { id: made.owner, name: owner.name, signInToken: made.signInToken }
    return c.json({ ...organization, environments: made.environments, owner: firstOwner }, 201)
  })

  app.openapi(rename, async (c) => {
    const asked = { ...c.req.valid('param'), ...c.req.valid('json') }
    const renamed = await renameOrganization(serviceContext(c), asked)
    setEntityTagOf(c, renamed)
    return c.json(renamed, 200)
  })

  app.openapi(addEnvironment, async (c) => {
    const asked = { ...c.req.valid('param'), ...c.req.valid('json'), ...repeatableRequest(c) }
    const { environment, replayed } = await createEnvironment(serviceContext(c), asked)
    markReplay(c, replayed)
    const shown = shownEnvironment(environment)
    setEntityTagOf(c, shown)
    return c.json(shown, 201)
  })
}
