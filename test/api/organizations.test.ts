import { expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const { request, expectStatus, newOrganization } = openApi(stores)

interface CreatedAnswer {
  readonly id: string
  readonly name: string
  readonly environments: readonly { readonly id: string; readonly kind: string }[]
  readonly owner: { readonly id: string; readonly name: string; readonly signInToken: string | null }
}

const people = { admin: { organization: 'admin' }, member: { organization: 'member' } } as const
const organization = await newOrganization({ people })
const { owner, admin, member } = organization.people
const body = { name: 'Lakeside Clinics', owner: { name: 'Nora North', email: 'nora@example.org' } }

async function typesIn(organization: string): Promise<readonly string[]> {
  const { rows } = await stores
    .superuser('control')
    .query<{ type: string }>('SELECT type FROM event_index WHERE organization = $1 ORDER BY index', [
      organization,
    ])
  return rows.map(({ type }) => type)
}

async function codeOf(response: Response): Promise<unknown> {
  const { code } = (await response.json()) as { code: unknown }
  return `${response.status} ${code}`
}

test('an owner makes a further organization, whose own owner takes it from there', async () => {
  const made = await expectStatus<CreatedAnswer>(201, '/v1/organizations', {
    key: owner.keys.organization,
    body,
  })

  expect(made).toMatchObject({ name: body.name, owner: { name: 'Nora North' } })
  expect(made.environments.map(({ kind }) => kind)).toEqual(['development', 'staging', 'production'])
  const key = await expectStatus<{ secret: string }>(201, '/v1/api-keys', {
    key: made.owner.signInToken ?? '',
    body: { name: 'First', organization: made.id },
  })
  const me = await expectStatus<{ organizations: unknown[]; environments: { role: string }[] }>(
    200,
    '/v1/me',
    {
      key: key.secret,
    },
  )
  expect(me.organizations).toEqual([{ id: made.id, name: body.name, role: 'owner', grants: [] }])
  expect(me.environments.map(({ role }) => role)).toEqual(['engineer', 'engineer', 'engineer'])
  expect(await typesIn(made.id)).toContain('organization.created')
})

test('whoever makes one has no part in it, and their own log says that they did', async () => {
  const before = (await typesIn(organization.id)).length
  const made = await expectStatus<CreatedAnswer>(201, '/v1/organizations', {
    key: owner.keys.organization,
    body: { ...body, name: 'Hillside Clinics' },
  })

  for (const path of [`/v1/organizations/${made.id}`, `/v1/environments/${made.environments[0]?.id}`]) {
    expect(await codeOf(await request(path, { key: owner.keys.organization }))).toBe('404 not-found')
  }
  const listed = await expectStatus<{ data: { id: string }[] }>(200, '/v1/organizations', {
    key: owner.keys.organization,
  })
  expect(listed.data.map(({ id }) => id)).toEqual([organization.id])
  expect((await typesIn(organization.id)).slice(before)).toEqual(['organization.created'])
})

test('a repetition answers the same organization, without the token', async () => {
  const asked = { key: owner.keys.organization, body, idempotencyKey: crypto.randomUUID() }

  const answers = await Promise.all([
    request('/v1/organizations', asked),
    request('/v1/organizations', asked),
  ])
  const [first, second] = await Promise.all(answers.map(async (one) => (await one.json()) as CreatedAnswer))
  const later = await request('/v1/organizations', asked)

  expect(answers.map(({ status }) => status)).toEqual([201, 201])
  expect(first?.id).toBe(second?.id)
  expect([first, second].filter((one) => one?.owner.signInToken)).toHaveLength(1)
  expect(later.headers.get('Idempotent-Replayed')).toBe('true')
  expect(await later.json()).toEqual({ ...first, owner: { ...first?.owner, signInToken: null } })
})

test('what a crash left undone is done by the repetition', async () => {
  const idempotencyKey = crypto.randomUUID()
  const asked = { key: owner.keys.organization, body, idempotencyKey }
  const control = stores.superuser('control')
  await control.query(
    "ALTER TABLE organization ADD CONSTRAINT away CHECK (name <> 'Lakeside Clinics') NOT VALID",
  )
  expect((await request('/v1/organizations', asked)).status).toBe(500)
  await control.query('ALTER TABLE organization DROP CONSTRAINT away')

  const made = await expectStatus<CreatedAnswer>(201, '/v1/organizations', asked)

  expect(made.owner.signInToken).toMatch(/^cst_/)
  expect((await typesIn(made.id)).filter((type) => type === 'organization.created')).toHaveLength(1)
})

test('only an owner with a key of the organization makes one', async () => {
  for (const key of [admin.keys.organization, member.keys.organization, owner.keys.staging]) {
    expect(await codeOf(await request('/v1/organizations', { key, body }))).toBe('403 forbidden')
  }
  const unknown = { key: owner.keys.organization, body: { ...body, policy: {} } }
  expect(await codeOf(await request('/v1/organizations', unknown))).toBe('422 unknown-property')
})

test('an owner or admin renames theirs, which is an entry with both names as commitments', async () => {
  const path = `/v1/organizations/${organization.id}`
  const asked = { key: admin.keys.organization, method: 'PATCH', body: { name: 'Northlake Care' } }

  expect(await expectStatus(200, path, asked)).toMatchObject({ id: organization.id, name: 'Northlake Care' })
  expect(await expectStatus(200, path, asked)).toMatchObject({ name: 'Northlake Care' })

  expect(await expectStatus(200, path, { key: member.keys.organization })).toMatchObject({
    name: 'Northlake Care',
  })
  const { rows } = await stores
    .superuser('control')
    .query<{ leaf: string }>(
      "SELECT convert_from(leaf, 'UTF8') AS leaf FROM event_index WHERE organization = $1 AND type = 'organization.updated'",
      [organization.id],
    )
  expect(rows).toHaveLength(1)
  expect(rows[0]?.leaf).not.toContain('Northlake')
})

test('nobody else renames it', async () => {
  const path = `/v1/organizations/${organization.id}`
  const stranger = await newOrganization()
  const named = { method: 'PATCH', body: { name: 'Mine now' } }

  for (const key of [member.keys.organization, owner.keys.production]) {
    expect(await codeOf(await request(path, { ...named, key }))).toBe('403 forbidden')
  }
  const foreign = { ...named, key: stranger.people.owner.keys.organization }
  expect(await codeOf(await request(path, foreign))).toBe('404 not-found')
})
