import { describe, expect, test } from 'vitest'
import { instant } from '../../src/domain/identifiers.ts'
import { openApi, type TestOrganization } from '../support/api.ts'
import { confirming, type PolicyAnswer, policyOf, proposing, setPolicy } from '../support/policies.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)
const people = {
  admin: { organization: 'admin' },
  second: { organization: 'admin' },
  member: { organization: 'member', production: 'viewer' },
} as const
type Organization = TestOrganization<keyof typeof people>

const policy = (approvals: number) => ({
  rules: [{ name: 'all', steps: [{ name: 'sign', kind: 'approval', approvals }] }],
})

async function newPlace() {
  const organization = await api.newOrganization({ people })
  const path = policyOf(organization.environments.production)
  return { organization, path, ...organization.people }
}

async function entries({ id }: Pick<Organization, 'id'>, types = '^policy[.]') {
  const { rows } = await stores.superuser('control').query(
    `SELECT type, convert_from(leaf, 'UTF8')::jsonb #> '{data,details}' AS details,
            convert_from(leaf, 'UTF8')::jsonb #>> '{data,actor,person}' AS person
     FROM log_entry WHERE organization = $1 AND type ~ $2 ORDER BY index`,
    [id, types],
  )
  return rows as readonly { readonly type: string; readonly person: string; readonly details: object }[]
}

async function code(path: string, request: Parameters<typeof api.request>[1]): Promise<string> {
  const response = await api.request(path, request)
  return response.ok ? 'done' : ((await response.json()) as { code: string }).code
}

describe('a change of policy', () => {
  test('takes effect when a second owner or admin confirms it, and the log names both', async () => {
    const { organization, path, owner, admin } = await newPlace()
    const response = await api.request(path, proposing(admin, policy(1), '"1"'))
    expect(response.status).toBe(202)
    expect(response.headers.get('Location')).toBe(`${path}/proposal`)
    const proposed = (await response.json()) as PolicyAnswer
    expect(response.headers.get('ETag')).toBe(`"${proposed.digest}"`)
    expect(proposed).toMatchObject({ state: 'proposed', version: 2, proposedBy: admin.id })
    expect(proposed.note).toMatch(/another owner or admin/)
    const key = owner.keys.organization
    expect(await api.expectStatus(200, path, { key })).toMatchObject({ version: 1 })
    expect(await api.expectStatus(200, `${path}/proposal`, { key })).toMatchObject({
      digest: proposed.digest,
      rules: proposed.rules,
      proposedBy: admin.id,
    })
    const confirmed = await api.expectStatus(200, `${path}/confirm`, confirming(owner, proposed.digest))
    expect(confirmed).toMatchObject({ version: 2, proposedBy: admin.id, confirmedBy: owner.id })
    expect(await api.expectStatus(200, path, { key })).toEqual(confirmed)
    expect(await code(`${path}/proposal`, { key })).toBe('not-found')
    const { digest } = proposed
    expect((await entries(organization)).slice(1)).toMatchObject([
      { type: 'policy.proposed', person: admin.id, details: { version: 2, digest, replaces: null } },
      { type: 'policy.confirmed', person: owner.id, details: { version: 2, digest, proposedBy: admin.id } },
      { type: 'policy.set', details: { basis: 'confirmed', proposedBy: admin.id, confirmedBy: owner.id } },
    ])
  })

  test('is not confirmed by who proposed it, nor by who may not change policies', async () => {
    const { organization, path, owner, admin, member } = await newPlace()
    const { digest } = await api.expectStatus<PolicyAnswer>(202, path, proposing(admin, policy(1)))
    expect(await code(`${path}/confirm`, confirming(admin, digest))).toBe('forbidden')
    expect(await entries(organization, '^access[.]denied$')).toMatchObject([{ person: admin.id }])
    expect(await code(`${path}/confirm`, confirming(member, digest))).toBe('forbidden')
    const { production } = owner.keys
    const byEnvironmentKey = { ...confirming(owner, digest), key: production }
    expect(await code(`${path}/confirm`, byEnvironmentKey)).toBe('forbidden')
  })

  test('is not proposed or confirmed by a service account, whoever owns it', async () => {
    const { organization, path, owner, admin } = await newPlace()
    const key = owner.keys.organization
    const body = { kind: 'service', name: 'Pipeline', owner: owner.id }
    const made = `/v1/organizations/${organization.id}/people`
    const { id: account } = await api.expectStatus<{ id: string }>(201, made, { key, body })
    const asked = { name: 'pipeline', organization: organization.id, account }
    const { secret } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', { key, body: asked })
    const { digest } = await api.expectStatus<PolicyAnswer>(202, path, proposing(admin, policy(1)))
    const pipeline = { keys: { organization: secret } }
    expect(await code(path, proposing(pipeline, policy(3)))).toBe('not-found')
    expect(await code(`${path}/confirm`, confirming(pipeline, digest))).toBe('not-found')
  })

  test('is confirmed once, however often that is asked, and only as it was read', async () => {
    const { path, owner, admin } = await newPlace()
    const first = await api.expectStatus<PolicyAnswer>(202, path, proposing(admin, policy(1)))
    const second = await api.expectStatus<PolicyAnswer>(202, path, proposing(admin, policy(3)))
    expect(await code(`${path}/confirm`, confirming(owner, first.digest))).toBe('precondition-failed')
    const confirm = { ...confirming(owner, second.digest), idempotencyKey: 'once' }
    const answers = await Promise.all([1, 2].map(() => api.request(`${path}/confirm`, confirm)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers.map(({ headers }) => headers.get('Idempotent-Replayed')).sort()).toEqual([null, 'true'])
    const [one, other] = await Promise.all(answers.map((answer) => answer.json()))
    expect(one).toEqual(other)
    expect(await code(`${path}/confirm`, confirming(owner, second.digest))).toBe('illegal-state')
    expect(await code(`${path}/confirm`, { ...confirm, headers: {} })).toBe('precondition-required')
    const withoutKey = { ...confirm, idempotencyKey: null }
    expect(await code(`${path}/confirm`, withoutKey)).toBe('idempotency-key-missing')
  })

  test('takes the place of what was proposed before, by whomever, and the same again is no other', async () => {
    const { organization, path, owner, admin } = await newPlace()
    const first = await api.expectStatus<PolicyAnswer>(202, path, proposing(admin, policy(1)))
    expect(await api.expectStatus(202, path, proposing(admin, policy(1)))).toEqual(first)
    const second = await api.expectStatus<PolicyAnswer>(202, path, proposing(owner, policy(1)))
    expect(second.proposedBy).toBe(owner.id)
    expect(await code(`${path}/confirm`, confirming(owner, second.digest))).toBe('forbidden')
    expect((await entries(organization)).slice(1)).toMatchObject([
      { details: { replaces: null } },
      { details: { replaces: first.digest } },
    ])
    expect(await code(path, proposing(owner, policy(3), '"2"'))).toBe('precondition-failed')
  })

  test('is one of those that are proposed at once, and confirmed by one of those who confirm at once', async () => {
    const { organization, path, owner, admin, second } = await newPlace()
    const proposals = await Promise.all(
      [1, 3, 4].map((approvals) => api.request(path, proposing(admin, policy(approvals)))),
    )
    expect(proposals.map(({ status }) => status)).toEqual([202, 202, 202])
    const key = owner.keys.organization
    const { digest } = await api.expectStatus<PolicyAnswer>(200, `${path}/proposal`, { key })
    const confirmations = await Promise.all(
      [owner, second].map((one) => code(`${path}/confirm`, confirming(one, digest))),
    )
    expect(confirmations.toSorted()).toEqual(['done', 'illegal-state'])
    const told = (await entries(organization)).map(({ type }) => type)
    expect(told.filter((type) => type === 'policy.confirmed')).toHaveLength(1)
    expect(await api.expectStatus(200, path, { key })).toMatchObject({ version: 2, digest })
  })

  test('changes nothing as a dry run, which tells the same', async () => {
    const { organization, path, owner, admin } = await newPlace()
    const dry = await api.expectStatus<PolicyAnswer>(202, `${path}?dryRun=true`, proposing(admin, policy(5)))
    expect(dry).toMatchObject({ state: 'proposed', version: 2, proposedBy: admin.id })
    expect(dry.warnings?.map((warning) => warning.code)).toContain('too-few-people')
    expect(await code(`${path}/proposal`, { key: owner.keys.organization })).toBe('not-found')
    expect(await entries(organization)).toHaveLength(1)
    const real = await api.expectStatus<PolicyAnswer>(202, path, proposing(admin, policy(5)))
    expect(real.digest).toBe(dry.digest)
  })

  test('is confirmed no more after 30 days, nor once its author may not change policies', async () => {
    const { organization, path, owner, admin, second } = await newPlace()
    const { digest } = await api.expectStatus<PolicyAnswer>(202, path, proposing(admin, policy(1)))
    const later = openApi(stores, { clock: { now: () => instant(Date.now() + 30 * 86_400_000 + 1_000) } })
    const late = await later.request(`${path}/confirm`, confirming(owner, digest))
    expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([409, 'illegal-state'])
    const role = { key: owner.keys.organization, method: 'PUT', body: { role: 'member' } }
    await api.expectStatus(200, `/v1/organizations/${organization.id}/members/${admin.id}`, role)
    expect(await code(`${path}/confirm`, confirming(second, digest))).toBe('illegal-state')
  })

  test('is confirmed only while what it names is there', async () => {
    const { organization, path, owner, admin } = await newPlace()
    const [rule] = policy(1).rules
    const named = { rules: [{ ...rule, breakGlass: { group: 'on-call', reviewWithin: 'P1D' } }] }
    const key = owner.keys.organization
    const group = `/v1/organizations/${organization.id}/groups/on-call`
    await api.expectStatus(200, group, { key, method: 'PUT', body: { members: [] } })
    const { digest } = await api.expectStatus<PolicyAnswer>(202, path, proposing(admin, named))
    await api.expectStatus(204, group, { key, method: 'DELETE' })
    expect(await code(`${path}/confirm`, confirming(owner, digest))).toBe('illegal-state')
  })
})

test('where nobody else could confirm it, a change takes effect at once, and the answer and the log say so', async () => {
  const organization = await api.newOrganization({ people: { member: { organization: 'member' } } })
  const { owner } = organization.people
  const path = policyOf(organization.environments.production)
  const dry = await api.expectStatus<PolicyAnswer>(200, `${path}?dryRun=true`, proposing(owner, policy(1)))
  const set = await api.expectStatus<PolicyAnswer>(200, path, proposing(owner, policy(1)))
  expect(set).toMatchObject({ state: 'in-force', version: 2, proposedBy: owner.id, confirmedBy: null })
  expect([dry.digest, dry.version]).toEqual([set.digest, set.version])
  expect(set.note).toMatch(/No second owner or admin/)
  expect((await entries(organization)).at(-1)).toMatchObject({
    type: 'policy.set',
    details: { basis: 'only-administrator', proposedBy: owner.id, confirmedBy: null },
  })
})

test('the versions of a policy are listed, newest first, with who proposed and confirmed them', async () => {
  const { organization, path, owner, admin, second } = await newPlace()
  const { production } = organization.environments
  await setPolicy(api, production, policy(1), [owner, admin])
  await setPolicy(api, production, policy(3), [admin, second])
  interface List {
    readonly data: readonly PolicyAnswer[]
    readonly nextCursor: string | null
  }
  const list = (query: string) =>
    api.expectStatus<List>(200, `${path}/versions?${query}`, { key: owner.keys.production })
  const { data, nextCursor } = await list('limit=2')
  const rest = await list(`limit=2&cursor=${nextCursor}`)
  expect([...data, ...rest.data]).toMatchObject([
    { version: 3, proposedBy: admin.id, confirmedBy: second.id },
    { version: 2, proposedBy: owner.id, confirmedBy: admin.id },
    { version: 1, proposedBy: owner.id, confirmedBy: null },
  ])
  expect(rest.nextCursor).toBeNull()
})
