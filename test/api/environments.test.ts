import { describe, expect, test } from 'vitest'
import type { EnvironmentId } from '../../src/domain/identifiers.ts'
import { openApi } from '../support/api.ts'
import { addEnvironment } from '../support/further-environment.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)
const { request, expectStatus, newOrganization } = api

interface EnvironmentAnswer {
  readonly id: EnvironmentId
  readonly name: string
  readonly kind: string
  readonly role: string | null
  readonly store: string | null
  readonly access: {
    readonly role: string | null
    readonly administer: boolean
    readonly promoteTo: readonly string[]
  }
}

const people = {
  admin: { organization: 'admin' },
  member: { organization: 'member', staging: 'engineer' },
  reader: { staging: 'viewer', production: 'viewer' },
} as const

const organization = await newOrganization({ people })
const path = `/v1/organizations/${organization.id}/environments`
const { owner, admin, member, reader } = organization.people

async function codeOf(response: Response): Promise<unknown> {
  const { code } = (await response.json()) as { code: unknown }
  return `${response.status} ${code}`
}

describe('a further environment', () => {
  test.each(['development', 'staging', 'production'] as const)(
    'of kind %s is made by an owner or admin, and nobody has a role in it until they are given one',
    async (kind) => {
      const made = await expectStatus<EnvironmentAnswer>(201, path, {
        key: admin.keys.organization,
        body: { name: `Second ${kind}`, kind },
      })

      expect(made).toMatchObject({ name: `Second ${kind}`, kind, role: null, store: null })
      expect(made.access).toEqual({ role: null, administer: true, promoteTo: [] })
      expect((await request(`/v1/environments/${made.id}`, { key: reader.keys.staging })).status).toBe(404)
      const members = await expectStatus<{ data: unknown[] }>(200, `/v1/environments/${made.id}/members`, {
        key: owner.keys.organization,
      })
      expect(members.data).toEqual([])
      const key = { key: owner.keys.organization, body: { name: 'Key', environment: made.id } }
      expect((await request('/v1/api-keys', key)).status).toBe(403)
    },
  )

  test('of production begins with a policy, whose group is made where it is missing', async () => {
    const { id, people } = await newOrganization()
    const key = people.owner.keys.organization
    await expectStatus(204, `/v1/organizations/${id}/groups/approvers`, { key, method: 'DELETE' })

    const made = await expectStatus<EnvironmentAnswer>(201, `/v1/organizations/${id}/environments`, {
      key,
      body: { name: 'Clinics', kind: 'production' },
    })

    const policy = await expectStatus<{ version: number; rules: { steps: { groups: string[] }[] }[] }>(
      200,
      `/v1/environments/${made.id}/policy`,
      { key },
    )
    expect(policy.version).toBe(1)
    expect(policy.rules[0]?.steps[0]?.groups).toEqual(['approvers'])
    await expectStatus(200, `/v1/organizations/${id}/groups/approvers`, { key })
  })

  test('is an entry of the log, which holds its name as a commitment', async () => {
    const made = await expectStatus<EnvironmentAnswer>(201, path, {
      key: owner.keys.organization,
      body: { name: 'Told of in the log', kind: 'staging' },
    })

    const { rows } = await stores
      .superuser('control')
      .query<{ leaf: string }>(
        "SELECT convert_from(leaf, 'UTF8') AS leaf FROM event_index WHERE environment = $1",
        [made.id],
      )
    const data = JSON.parse(rows[0]?.leaf ?? '{}')
    expect(data).toMatchObject({ type: 'environment.created', subject: `environment/${made.id}` })
    expect(data.data.details).toMatchObject({ kind: 'staging', store: 'staging' })
    expect(rows[0]?.leaf).not.toContain('Told of')
  })

  test('is made once, however often the same key asks', async () => {
    const asked = {
      key: owner.keys.organization,
      body: { name: 'Once', kind: 'staging' },
      idempotencyKey: crypto.randomUUID(),
    }

    const first = await request(path, asked)
    const again = await request(path, asked)

    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
    const other = { ...asked, body: { name: 'Twice', kind: 'staging' } }
    expect(await codeOf(await request(path, other))).toBe('422 idempotency-key-reused')
  })

  test('has a name that no other of the organization has', async () => {
    const asked = { key: owner.keys.organization, body: { name: 'production', kind: 'production' } }

    expect(await codeOf(await request(path, asked))).toBe('409 name-taken')
    const elsewhere = await newOrganization()
    await addEnvironment(api, elsewhere, { name: 'Clinics of the north', kind: 'staging' }, {})
    await addEnvironment(api, organization, { name: 'Clinics of the north', kind: 'staging' }, {})
  })

  test.each([
    ['a store that this installation does not have', { name: 'A', kind: 'production', store: 'clinics' }],
    ['a store of another kind', { name: 'B', kind: 'production', store: 'staging' }],
    ['the control store', { name: 'C', kind: 'production', store: 'control' }],
    ['what cannot be the name of a store', { name: 'D', kind: 'production', store: 'Clinics; DROP' }],
    ['no kind', { name: 'E' }],
    ['an unknown kind', { name: 'F', kind: 'test' }],
    ['no name', { kind: 'staging' }],
  ])('is refused with %s', async (_, body) => {
    const count = async () =>
      (await expectStatus<{ data: unknown[] }>(200, '/v1/environments', { key: owner.keys.organization }))
        .data.length
    const before = await count()

    expect(await codeOf(await request(path, { key: owner.keys.organization, body }))).toBe('422 invalid-body')
    expect(await count()).toBe(before)
  })

  test('is refused to members, to keys of an environment and of other scopes, and unknown to other organizations', async () => {
    const body = { name: 'Refused', kind: 'staging' }
    const stranger = await newOrganization()
    const limited = await expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: owner.keys.organization,
      body: { name: 'Reads', organization: organization.id, scopes: ['people:read'] },
    })

    expect(await codeOf(await request(path, { key: member.keys.organization, body }))).toBe('403 forbidden')
    expect(await codeOf(await request(path, { key: owner.keys.staging, body }))).toBe('403 forbidden')
    expect(await codeOf(await request(path, { key: limited.secret, body }))).toBe('403 forbidden')
    const foreign = { key: stranger.people.owner.keys.organization, body }
    expect(await codeOf(await request(path, foreign))).toBe('404 not-found')
  })
})

describe('the access that an environment answers', () => {
  const read = async (environment: string, key: string | undefined) =>
    (await expectStatus<EnvironmentAnswer>(200, `/v1/environments/${environment}`, { key })).access

  test('names every environment of production to who may write in staging, and nothing to who only reads', async () => {
    const { environments } = organization
    const listed = await expectStatus<{ data: EnvironmentAnswer[] }>(200, '/v1/environments', {
      key: member.keys.staging,
    })
    const productions = listed.data.filter(({ kind }) => kind === 'production').map(({ id }) => id)

    expect(productions.length).toBeGreaterThan(1)
    expect(await read(environments.staging, member.keys.staging)).toEqual({
      role: 'engineer',
      administer: false,
      promoteTo: productions.toReversed(),
    })
    expect(await read(environments.staging, reader.keys.staging)).toEqual({
      role: 'viewer',
      administer: false,
      promoteTo: [],
    })
    expect(await read(environments.production, member.keys.staging)).toEqual({
      role: null,
      administer: false,
      promoteTo: [],
    })
  })

  test('says who administers it', async () => {
    const { production } = organization.environments

    expect(await read(production, owner.keys.organization)).toMatchObject({
      role: 'engineer',
      administer: true,
    })
    expect(await read(production, admin.keys.organization)).toMatchObject({ role: null, administer: true })
  })
})
