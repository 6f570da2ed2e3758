import { z } from 'zod'
import { pageOf, pageQuery, pageShape } from '../../contract/pagination.ts'
import {
  createdPersonShape,
  newPersonShape,
  personChangeShape,
  personShape,
} from '../../contract/people/people.ts'
import { idShape } from '../../contract/shapes.ts'
import type { ActorId, OrganizationId } from '../../domain/identifiers.ts'
import { createPerson } from '../../services/people/create-person.ts'
import { listPeople } from '../../services/people/list-people.ts'
import { updatePerson } from '../../services/people/update-person.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const tags = ['people']
const ofOrganization = z.object({ organization: idShape<OrganizationId>() })
const ofPerson = ofOrganization.extend({ person: idShape<ActorId>() })

const list = defineRoute({
  method: 'get',
  path: '/v1/organizations/{organization}/people',
  operationId: 'listPeople',
  summary: 'List people and service accounts',
  description: 'Newest first, to whoever has a role in the organization. Takes a key of the organization.',
  tags,
  scope: 'people:read',
  problems: ['forbidden'],
  request: { params: ofOrganization, query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageShape(personShape), 'A page of people.') },
})

const create = defineRoute({
  method: 'post',
  path: '/v1/organizations/{organization}/people',
  operationId: 'createPerson',
  summary: 'Add a person or a service account',
  description:
    'By owners and admins, with a key of the organization. A human gets a sign-in token, shown once, to make their first keys with.',
  tags,
  scope: 'people:write',
  problems: ['forbidden'],
  idempotent: true,
  request: { params: ofOrganization, body: jsonBody(newPersonShape) },
  responses: { 201: jsonAnswer(createdPersonShape, 'The person.') },
})

const update = defineRoute({
  method: 'patch',
  path: '/v1/organizations/{organization}/people/{person}',
  operationId: 'updatePerson',
  summary: 'Rename, deactivate or reactivate somebody, or give an account another owner',
  description:
    'By owners and admins; an owner only by owners. Nobody is ever deleted. With a human their service accounts lose their keys for good, and so does an account whose owner changes. `identity: null` removes the link to their identity, for which a token does not do.',
  tags,
  scope: 'people:write',
  problems: ['forbidden', 'last-owner'],
  request: { params: ofPerson, body: jsonBody(personChangeShape) },
  responses: { 200: jsonAnswer(personShape, 'The person as they are now.') },
})

export function registerPeopleRoutes(app: CountersignApp): void {
  app.openapi(list, async (c) => {
    const { organization } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const asked = { organization, after: cursor, limit: limit + 1 }
    return c.json(pageOf(await listPeople(serviceContext(c), asked), limit), 200)
  })

  app.openapi(create, async (c) => {
    const { organization } = c.req.valid('param')
    const asked = { organization, person: c.req.valid('json'), ...repeatableRequest(c) }
    const { person, signInToken, replayed } = await createPerson(serviceContext(c), asked)
    markReplay(c, replayed)
    setEntityTagOf(c, person)
    return c.json({ ...person, signInToken }, 201)
  })

  app.openapi(update, async (c) => {
    const { organization, person } = c.req.valid('param')
    const change = c.req.valid('json')
    const changed = await updatePerson(serviceContext(c), { organization, person, change })
    setEntityTagOf(c, changed)
    return c.json(changed, 200)
  })
}
