import { expect, test } from 'vitest'
import { type ApiRequest, openApi } from '../support/api.ts'
import { openIssuer, providerOf } from '../support/issuer.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const issuer = await openIssuer()
const provider = providerOf(issuer)
let whileAsked: () => Promise<unknown> = async () => {}
const api = openApi(stores, {
  identityProvider: {
    issuer: provider.issuer,
    async verify(token) {
      const verified = await provider.verify(token)
      await whileAsked()
      return verified
    },
  },
})
const organization = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
const mine = organization.people.engineer.keys.organization
const superuser = stores.superuser('control')

interface Key {
  readonly id: string
  readonly secret: string
}

const newKey = () =>
  api.expectStatus<Key>(201, '/v1/api-keys', {
    key: mine,
    body: { name: 'in other hands', organization: organization.id },
  })

async function linkingWith({ secret }: Key): Promise<ApiRequest> {
  return { key: secret, method: 'PUT', body: { accessToken: await issuer.token('attacker') } }
}

async function expectNoLink(): Promise<void> {
  expect(await api.expectStatus(200, '/v1/me', { key: mine })).toMatchObject({ identity: null })
}

test('a key that is revoked while the identity provider is asked links nothing', async () => {
  const key = await newKey()
  const request = await linkingWith(key)
  whileAsked = () => api.expectStatus(204, `/v1/api-keys/${key.id}`, { key: mine, method: 'DELETE' })
  const answer = await api.expectStatus<{ code: string }>(401, '/v1/me/identity', request)
  expect(answer).toMatchObject({ code: 'unauthenticated' })
  await expectNoLink()
})

test('a key that is being revoked links nothing: whoever links waits for what becomes of it', async () => {
  const key = await newKey()
  const request = await linkingWith(key)
  const revoking = await superuser.connect()
  try {
    await revoking.query('BEGIN')
    const { rows } = await revoking.query('SELECT pg_backend_pid() AS process')
    whileAsked = () =>
      revoking.query('UPDATE api_key SET revoked_at = clock_timestamp() WHERE id = $1', [key.id])
    const linking = api.request('/v1/me/identity', request)
    const waiting = async () => {
      const found = await superuser.query(
        'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
        [rows[0].process],
      )
      return found.rowCount
    }
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
    await revoking.query('COMMIT')
    expect((await linking).status).toBe(401)
  } finally {
    revoking.release(true)
  }
  await expectNoLink()
})
