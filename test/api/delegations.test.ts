import { beforeEach, describe, expect, test } from 'vitest'
import { digest, instant } from '../../src/domain/identifiers.ts'
import { commit } from '../../src/trust/commitment.ts'
import { made, socialSecurity } from '../screening/corpus/values.ts'
import type { Page, Problem } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { type ApiRequest, openApi, type TestOrganization } from '../support/api.ts'
import { openIssuer, providerOf } from '../support/issuer.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const issuer = await openIssuer()
const api = openApi(stores, { identityProvider: providerOf(issuer) })
const superuser = stores.superuser('control')
const path = '/v1/delegations'

interface Delegation {
  readonly id: string
  readonly delegator: string
  readonly to: string
  readonly startsAt: string
  readonly endsAt: string
  readonly reason: string | null
  readonly createdAt: string
  readonly revokedAt: string | null
}

const people = {
  anna: { production: 'engineer' },
  ben: { production: 'viewer' },
  carl: { organization: 'member' },
  admin: { organization: 'admin' },
  auditor: { auditor: true },
} as const

let organization: TestOrganization<keyof typeof people>

beforeEach(async () => {
  organization = await api.newOrganization({ people })
})

type Name = keyof typeof people | 'owner'

const keyOf = (name: Name) => organization.people[name].keys.organization
const idOf = (name: Name): string => organization.people[name].id
const inDays = (days: number) => instant(Date.now() + days * 86_400_000)
const bodyTo = (to: string, more: object = {}) => ({
  to,
  startsAt: inDays(0),
  endsAt: inDays(10),
  reason: 'On leave',
  ...more,
})

const give = (from: Name, to: Name, more: ApiRequest & { readonly period?: object } = {}) => {
  const { period, ...request } = more
  return api.expectStatus<Delegation>(201, path, {
    key: keyOf(from),
    body: bodyTo(idOf(to), period),
    ...request,
  })
}
const list = async (name: Name, query = '') =>
  (await api.expectStatus<Page<Delegation>>(200, `${path}${query}`, { key: keyOf(name) })).data

const end = (name: Name, { id }: Pick<Delegation, 'id'>) =>
  api.request(`${path}/${id}`, { key: keyOf(name), method: 'DELETE' })

async function refusal(
  asked: ApiRequest,
): Promise<Problem & { readonly status: number; readonly text: string }> {
  const response = await api.request(path, asked)
  const text = await response.text()
  return { ...(JSON.parse(text) as Problem), status: response.status, text }
}

const entries = async () =>
  (await verifiedLog(stores, 'control', organization.id)).filter(({ type }) => type.startsWith('delegation.'))

describe('a delegation', () => {
  test('is seen by who gave it, who received it and who oversees the organization, and by nobody else', async () => {
    const given = await give('anna', 'ben')
    expect(given).toMatchObject({
      delegator: idOf('anna'),
      to: idOf('ben'),
      reason: 'On leave',
      revokedAt: null,
    })
    for (const name of ['anna', 'ben', 'owner', 'admin', 'auditor'] as const) {
      expect([name, await list(name)]).toEqual([name, [given]])
    }
    expect(await list('carl')).toEqual([])
  })

  test('is an entry with what was not and what is, and a commitment to its reason', async () => {
    const { id, delegator, to, startsAt, endsAt } = await give('anna', 'ben')
    const [entry, ...more] = await entries()
    expect(more).toEqual([])
    expect(entry).toMatchObject({
      type: 'delegation.given',
      subject: `delegation/${id}`,
      data: {
        actor: { person: idOf('anna'), via: 'key' },
        details: { before: null, after: { delegator, to, startsAt, endsAt, revokedAt: null } },
      },
    })
    expect(JSON.stringify(entry)).not.toContain('leave')
    const { rows } = await superuser.query(
      'SELECT text, salt FROM erasable_text JOIN delegation ON reason_text = erasable_text.id WHERE delegation.id = $1',
      [id],
    )
    const commitment = digest(commit(rows[0].text, rows[0].salt))
    expect(entry?.data).toMatchObject({ details: { reason: { commitment } } })
  })

  test('may overlap another, also the other way round', async () => {
    await give('anna', 'ben')
    await give('anna', 'ben', { period: { startsAt: inDays(1), endsAt: inDays(91) } })
    await give('anna', 'carl')
    await give('ben', 'anna')
    expect(await list('anna')).toHaveLength(4)
  })

  test.each<[string, () => object, string]>([
    ['oneself', () => ({ to: idOf('anna') }), '/to'],
    ['the past', () => ({ startsAt: inDays(-1) }), '/startsAt'],
    ['a time that is over', () => ({ startsAt: inDays(-3), endsAt: inDays(-2) }), '/startsAt'],
    [
      'no time at all',
      () => ({ startsAt: '2999-01-01T00:00:00Z', endsAt: '2999-01-01T00:00:00Z' }),
      '/endsAt',
    ],
    ['a time that ends before it starts', () => ({ startsAt: inDays(3), endsAt: inDays(2) }), '/endsAt'],
    [
      'a moment more than ninety days',
      () => ({ startsAt: '2999-01-01T00:00:00Z', endsAt: '2999-04-01T00:00:00.001Z' }),
      '/endsAt',
    ],
    ['no reason', () => ({ reason: '' }), '/reason'],
    ['a reason without end', () => ({ reason: 'x'.repeat(4001) }), '/reason'],
    ['an unknown wish', () => ({ groups: ['approvers'] }), '/groups'],
    ['no instant', () => ({ endsAt: 'soon' }), '/endsAt'],
  ])('is refused for %s', async (_, given, pointer) => {
    const problem = await refusal({ key: keyOf('anna'), body: bodyTo(idOf('ben'), given()) })
    expect(problem).toMatchObject({ status: 422, errors: [{ pointer }] })
    expect(await list('owner')).toEqual([])
  })

  test('lasts ninety days at the most, in any offset', async () => {
    const period = { startsAt: '2999-01-01T02:00:00+02:00', endsAt: '2999-04-01T00:00:00Z' }
    expect(await give('anna', 'ben', { period })).toMatchObject({
      startsAt: '2999-01-01T00:00:00.000Z',
      endsAt: '2999-04-01T00:00:00.000Z',
    })
  })

  test('goes to an active human of the organization', async () => {
    const { id } = await api.expectStatus<{ id: string }>(
      201,
      `/v1/organizations/${organization.id}/people`,
      {
        key: keyOf('owner'),
        body: { kind: 'service', name: 'Pipeline', owner: idOf('ben') },
      },
    )
    await deactivate('carl')
    for (const to of [id, idOf('carl')]) {
      const problem = await refusal({ key: keyOf('anna'), body: bodyTo(to) })
      expect(problem).toMatchObject({ status: 422, code: 'invalid-body', errors: [{ pointer: '/to' }] })
    }
    const stranger = (await api.newOrganization({ people })).people.ben.id
    for (const to of [stranger, crypto.randomUUID()]) {
      const problem = await refusal({ key: keyOf('anna'), body: bodyTo(to) })
      expect(problem).toMatchObject({ status: 404, code: 'not-found' })
    }
  })

  test('that is given again gets the first answer, and another one under its key none', async () => {
    const request = { key: keyOf('anna'), body: bodyTo(idOf('ben')), idempotencyKey: 'once' }
    const first = await api.expectStatus<Delegation>(201, path, request)
    const again = await api.request(path, request)
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
    expect(await again.json()).toEqual(first)
    const other = await refusal({ ...request, body: bodyTo(idOf('carl')) })
    expect(other.code).toBe('idempotency-key-reused')
    expect((await refusal({ ...request, idempotencyKey: null })).code).toBe('idempotency-key-missing')
    expect(await list('anna')).toEqual([first])
    expect(await entries()).toHaveLength(1)
  })
})

describe('a reason that holds', () => {
  test.each([
    ['a secret', 'literal-secret', `The token is ghp${'_'}${made('delegation', 36)}`],
    ['data of a patient', 'patient-data', `I am with SSN ${socialSecurity('delegation')}`],
  ])('%s is refused without repeating it, and nothing of it is kept', async (_, code, reason) => {
    const problem = await refusal({ key: keyOf('anna'), body: bodyTo(idOf('ben'), { reason }) })
    expect(problem).toMatchObject({ status: 422, code, errors: [{ pointer: '/reason' }] })
    const value = reason.split(' ').at(-1) ?? ''
    expect(problem.text).not.toContain(value)
    const { rows } = await superuser.query(
      `SELECT text AS kept FROM erasable_text UNION ALL SELECT convert_from(leaf, 'UTF8') FROM log_entry`,
    )
    expect(rows.filter(({ kept }) => kept?.includes(value))).toEqual([])
  })
})

describe('nobody gives a delegation with', () => {
  test('a key of an environment', async () => {
    const { production } = organization.people.anna.keys
    const body = bodyTo(idOf('ben'))
    expect(await refusal({ key: production, body })).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await refusal({ key: production })).toMatchObject({ status: 403, code: 'forbidden' })
    const given = await give('anna', 'ben')
    const ending = await api.request(`${path}/${given.id}`, { key: production, method: 'DELETE' })
    expect(ending.status).toBe(403)
  })

  test('a token of the identity provider, which still lists and ends them', async () => {
    const accessToken = await issuer.token(`anna of ${organization.id}`)
    const linking = { key: keyOf('anna'), method: 'PUT', body: { accessToken } }
    await api.expectStatus(200, '/v1/me/identity', linking)
    const headers = { 'Countersign-Organization': organization.id }
    const problem = await refusal({ key: accessToken, headers, body: bodyTo(idOf('ben')) })
    expect(problem).toMatchObject({ status: 403, code: 'forbidden' })
    const given = await give('anna', 'ben')
    const seen = await api.expectStatus<Page<Delegation>>(200, path, { key: accessToken, headers })
    expect(seen.data).toEqual([given])
    await api.expectStatus(204, `${path}/${given.id}`, { key: accessToken, headers, method: 'DELETE' })
  })

  test('the key of a service account, which neither sees nor ends its owner’s', async () => {
    const { id } = await api.expectStatus<{ id: string }>(
      201,
      `/v1/organizations/${organization.id}/people`,
      {
        key: keyOf('owner'),
        body: { kind: 'service', name: 'Pipeline', owner: idOf('owner') },
      },
    )
    const { secret: key } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: keyOf('owner'),
      body: { name: 'pipeline', organization: organization.id, account: id },
    })
    const given = await give('owner', 'ben')
    expect((await refusal({ key, body: bodyTo(idOf('ben')) })).code).toBe('forbidden')
    expect((await refusal({ key })).code).toBe('forbidden')
    expect((await api.request(`${path}/${given.id}`, { key, method: 'DELETE' })).status).toBe(403)
    expect(await list('owner')).toEqual([given])
  })
})

describe('ending a delegation', () => {
  test.each(['anna', 'owner', 'admin'] as const)('%s may, at once and once', async (name) => {
    const given = await give('anna', 'ben')
    const started = Date.now()
    for (let turn = 0; turn < 2; turn += 1) expect((await end(name, given)).status).toBe(204)
    const [ended] = await list('ben')
    expect(ended).toEqual({ ...given, revokedAt: expect.any(String) })
    expect(Math.abs(Date.parse(ended?.revokedAt ?? '') - started)).toBeLessThan(60_000)
    const { delegator, to, startsAt, endsAt } = given
    const told = { delegator, to, startsAt, endsAt }
    const [, entry, ...more] = await entries()
    expect(more).toEqual([])
    expect(entry).toMatchObject({
      type: 'delegation.ended',
      subject: `delegation/${given.id}`,
      data: {
        actor: { person: idOf(name) },
        details: { before: { ...told, revokedAt: null }, after: { ...told, revokedAt: ended?.revokedAt } },
      },
    })
  })

  test('may be asked for by several at once, and is one entry', async () => {
    const given = await give('anna', 'ben')
    const answers = await Promise.all([end('anna', given), end('owner', given), end('admin', given)])
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204])
    expect(await entries()).toHaveLength(2)
  })

  test('is not for who received it, who only looks on, or who does not see it', async () => {
    const given = await give('anna', 'ben')
    const answers = { ben: 403, auditor: 403, carl: 404 } as const
    for (const [name, status] of Object.entries(answers)) {
      expect([name, (await end(name as Name, given)).status]).toEqual([name, status])
    }
    const stranger = (await api.newOrganization({ people })).people.owner.keys.organization
    const foreign = { key: stranger, method: 'DELETE' }
    expect((await api.request(`${path}/${given.id}`, foreign)).status).toBe(404)
    expect((await end('owner', { id: crypto.randomUUID() })).status).toBe(404)
    expect(await list('anna')).toEqual([given])
  })

  test('that is over already changes nothing', async () => {
    const id = crypto.randomUUID()
    await superuser.query(
      `INSERT INTO delegation (organization, id, delegator, stand_in, starts_at, ends_at, reason_text, created_at)
       SELECT $1, $2, $3, $4, now() - interval '3 days', now() - interval '1 day', id, now() - interval '3 days'
       FROM erasable_text WHERE organization = $1 LIMIT 1`,
      [organization.id, id, idOf('anna'), idOf('ben')],
    )
    expect((await end('anna', { id })).status).toBe(204)
    expect(await list('anna')).toMatchObject([{ id, revokedAt: null }])
    expect(await entries()).toEqual([])
  })
})

test('delegations are read page by page, each once, while more are given', async () => {
  const given: Delegation[] = []
  for (let turn = 0; turn < 3; turn += 1) given.unshift(await give('anna', 'ben'))
  const page = (query: string) =>
    api.expectStatus<Page<Delegation>>(200, `${path}?limit=2${query}`, { key: keyOf('anna') })
  const first = await page('')
  await give('anna', 'carl')
  const second = await page(`&cursor=${first.nextCursor}`)
  expect([...first.data, ...second.data]).toEqual(given)
  expect(second.nextCursor).toBeNull()
  for (const query of ['limit=0', 'limit=101', 'cursor=mine', 'to=me']) {
    expect((await api.request(`${path}?${query}`, { key: keyOf('anna') })).status).toBe(400)
  }
})

async function deactivate(name: Name): Promise<void> {
  await api.expectStatus(200, `/v1/organizations/${organization.id}/people/${idOf(name)}`, {
    key: keyOf('owner'),
    method: 'PATCH',
    body: { active: false },
  })
}
