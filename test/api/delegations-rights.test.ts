import { describe, expect, test } from 'vitest'
import type { Page } from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import { openIssuer, providerOf } from '../support/issuer.ts'
import { openStores } from '../support/stores.ts'
import { bodyTo, type Delegation, delegating, delegations, type Name, people } from './delegating.ts'

const stores = await openStores()
const issuer = await openIssuer()
const api = openApi(stores, { identityProvider: providerOf(issuer) })
const superuser = stores.superuser('control')
const { current, keyOf, idOf, give, list, end, refusal, entries } = delegating(stores, api)

describe('nobody gives a delegation with', () => {
  test('a key of an environment', async () => {
    const { production } = current().people.anna.keys
    const body = bodyTo(idOf('ben'))
    expect(await refusal({ key: production, body })).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await refusal({ key: production })).toMatchObject({ status: 403, code: 'forbidden' })
    const given = await give('anna', 'ben')
    const ending = await api.request(`${delegations}/${given.id}`, { key: production, method: 'DELETE' })
    expect(ending.status).toBe(403)
  })

  test('a token of the identity provider, which still lists and ends them', async () => {
    const accessToken = await issuer.token(`anna of ${current().id}`)
    const linking = { key: keyOf('anna'), method: 'PUT', body: { accessToken } }
    await api.expectStatus(200, '/v1/me/identity', linking)
    const headers = { 'Countersign-Organization': current().id }
    const problem = await refusal({ key: accessToken, headers, body: bodyTo(idOf('ben')) })
    expect(problem).toMatchObject({ status: 403, code: 'forbidden' })
    const given = await give('anna', 'ben')
    const seen = await api.expectStatus<Page<Delegation>>(200, delegations, { key: accessToken, headers })
    expect(seen.data).toEqual([given])
    await api.expectStatus(204, `${delegations}/${given.id}`, { key: accessToken, headers, method: 'DELETE' })
  })

  test('the key of a service account, which neither sees nor ends its owner’s', async () => {
    const { id } = await api.expectStatus<{ id: string }>(201, `/v1/organizations/${current().id}/people`, {
      key: keyOf('owner'),
      body: { kind: 'service', name: 'Pipeline', owner: idOf('owner') },
    })
    const { secret: key } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: keyOf('owner'),
      body: { name: 'pipeline', organization: current().id, account: id },
    })
    const given = await give('owner', 'ben')
    expect((await refusal({ key, body: bodyTo(idOf('ben')) })).code).toBe('forbidden')
    expect((await refusal({ key })).code).toBe('forbidden')
    expect((await api.request(`${delegations}/${given.id}`, { key, method: 'DELETE' })).status).toBe(403)
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
    expect((await api.request(`${delegations}/${given.id}`, foreign)).status).toBe(404)
    expect((await end('owner', { id: crypto.randomUUID() })).status).toBe(404)
    expect(await list('anna')).toEqual([given])
  })

  test('that is over already changes nothing', async () => {
    const id = crypto.randomUUID()
    await superuser.query(
      `INSERT INTO delegation (organization, id, delegator, stand_in, starts_at, ends_at, reason_text, created_at)
       SELECT $1, $2, $3, $4, now() - interval '3 days', now() - interval '1 day', id, now() - interval '3 days'
       FROM erasable_text WHERE organization = $1 LIMIT 1`,
      [current().id, id, idOf('anna'), idOf('ben')],
    )
    expect((await end('anna', { id })).status).toBe(204)
    expect(await list('anna')).toMatchObject([{ id, revokedAt: null }])
    expect(await entries()).toEqual([])
  })
})
