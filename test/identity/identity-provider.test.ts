import { describe, expect, test, vi } from 'vitest'
import { IdentityProviderAway } from '../../src/services/ports.ts'
import { openApi } from '../support/api.ts'
import { audience, newIssuerKey, openIssuer, providerOf } from '../support/issuer.ts'
import { openStores } from '../support/stores.ts'

const away = { name: 'IdentityProviderAway' }

describe('an access token', () => {
  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('signed by %s is believed', async (algorithm) => {
    const issuer = await openIssuer([algorithm])
    const token = await issuer.token('somebody')
    const verified = await providerOf(issuer).verify(token)
    expect(verified).toMatchObject({ identity: { issuer: issuer.url, subject: 'somebody' } })
    expect(verified?.digest).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each([
    ['for several audiences', { claims: { aud: ['https://another.example', audience] } }],
    ['whose type says that it is one in full', { header: { typ: 'application/at+jwt' } }],
    ['of a clock that is some seconds ahead', { claims: { iat: Math.floor(Date.now() / 1000) + 15 } }],
  ])('%s is believed', async (_, plan) => {
    const issuer = await openIssuer()
    expect(await providerOf(issuer).verify(await issuer.token('somebody', plan))).toBeDefined()
  })

  test('of another type is believed where that one is configured, and the default one no more', async () => {
    const issuer = await openIssuer()
    const provider = providerOf({ ...issuer, settings: { ...issuer.settings, tokenType: 'JWT' } })
    expect(await provider.verify(await issuer.token('somebody', { header: { typ: 'JWT' } }))).toBeDefined()
    expect(await provider.verify(await issuer.token('somebody'))).toBeUndefined()
  })

  test('is not believed by an algorithm that was not configured, whatever the keys are for', async () => {
    const issuer = await openIssuer(['RS256', 'ES256'])
    const provider = providerOf({ ...issuer, settings: { ...issuer.settings, algorithms: ['ES256'] } })
    expect(await provider.verify(await issuer.token('somebody'))).toBeUndefined()
    const [, other] = issuer.keys
    expect(await provider.verify(await issuer.token('somebody', other && { key: other }))).toBeDefined()
  })
})

describe('the keys of the issuer', () => {
  test('are asked for with the first token, once for many at a time, and not for every stranger', async () => {
    const issuer = await openIssuer()
    const provider = providerOf(issuer)
    expect(issuer.keysAsked()).toBe(0)
    const first = Array.from({ length: 10 }, async () => provider.verify(await issuer.token('somebody')))
    expect(await Promise.all(first)).not.toContain(undefined)
    expect(issuer.keysAsked()).toBe(1)
    for (let place = 0; place < 20; place += 1) {
      const key = await newIssuerKey('ES256', `invented ${place}`)
      expect(await provider.verify(await issuer.token('somebody', { key }))).toBeUndefined()
    }
    expect(issuer.keysAsked()).toBe(1)
  })

  test('are not asked for by what is no token', async () => {
    const issuer = await openIssuer()
    const provider = providerOf(issuer)
    const [header, payload] = (await issuer.token('somebody')).split('.')
    for (const text of ['', 'a.b.c', '..', `${header}.${payload}`, `${'a'.repeat(9_000)}.b.c`]) {
      expect(await provider.verify(text)).toBeUndefined()
    }
    expect(issuer.keysAsked()).toBe(0)
  })

  test('are not believed when they are older than ten minutes and cannot be had anew', async () => {
    const issuer = await openIssuer()
    const provider = providerOf(issuer)
    expect(await provider.verify(await issuer.token('somebody'))).toBeDefined()
    await issuer.goAway()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 9 * 60_000 })
    try {
      expect(await provider.verify(await issuer.token('somebody'))).toBeDefined()
      vi.setSystemTime(Date.now() + 2 * 60_000)
      await expect(provider.verify(await issuer.token('somebody'))).rejects.toMatchObject(away)
    } finally {
      vi.useRealTimers()
      await issuer.comeBack()
    }
  })

  test('may be given by their own address, and no discovery is needed', async () => {
    const issuer = await openIssuer()
    issuer.answerWith({ discovery: {} })
    const settings = { ...issuer.settings, keysUrl: `${issuer.url}/keys` }
    const provider = providerOf({ ...issuer, settings })
    expect(await provider.verify(await issuer.token('somebody'))).toBeDefined()
  })

  test.each([
    ['another issuer', (url: string) => ({ discovery: { issuer: `${url}/other`, jwks_uri: `${url}/keys` } })],
    [
      'the issuer with a slash',
      (url: string) => ({ discovery: { issuer: `${url}/`, jwks_uri: `${url}/keys` } }),
    ],
    ['no address of keys', (url: string) => ({ discovery: { issuer: url } })],
    [
      'an address of keys without https',
      (url: string) => ({ discovery: { issuer: url, jwks_uri: 'http://keys.example/' } }),
    ],
    ['no object', () => ({ discovery: [] })],
    ['no keys', () => ({ keys: { keys: 'none' } })],
    ['more than a document holds', () => ({ keys: { keys: [], more: 'a'.repeat(1_100_000) } })],
  ])('are not had from an answer with %s: no token is believed, and none refused', async (_, answers) => {
    const issuer = await openIssuer()
    issuer.answerWith(answers(issuer.url))
    const heard: IdentityProviderAway[] = []
    const provider = providerOf(issuer, undefined, (error) => heard.push(error))
    await expect(provider.verify(await issuer.token('somebody'))).rejects.toMatchObject(away)
    expect(heard).toEqual([expect.any(IdentityProviderAway)])
  })
})

test('while the identity provider is away tokens are answered 503, keys go on working, and it may come back', async () => {
  const issuer = await openIssuer()
  const api = openApi(await openStores(), {
    identityProvider: providerOf(issuer),
    requestsPerMinute: { address: 5 },
  })
  const { owner } = (await api.newOrganization()).people
  const token = await issuer.token('owner')
  await issuer.goAway()
  for (let asked = 0; asked < 8; asked += 1) {
    const answer = await api.request('/v1/me', { key: token })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).not.toBeNull()
    expect(await answer.json()).toMatchObject({ code: 'unavailable' })
  }
  await api.expectStatus(200, '/v1/me', { key: owner.keys.organization })
  const link = { key: owner.keys.organization, method: 'PUT', body: { accessToken: token } }
  const refused = await api.request('/v1/me/identity', link)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('Retry-After')).not.toBeNull()
  const { code, detail } = (await refused.json()) as { code: string; detail: string }
  expect(code).toBe('unavailable')
  // Who links is using one.
  expect(detail).not.toContain('use an API key')
  expect(detail).toContain('Nothing was changed')
  await issuer.comeBack()
  const linking = async () => (await api.request('/v1/me/identity', link)).status
  await expect.poll(linking, { timeout: 10_000, interval: 250 }).toBe(200)
  await api.expectStatus(200, '/v1/me', { key: token })
  // Its keys are kept, so that a known one goes on being believed without it.
  await issuer.goAway()
  await api.expectStatus(200, '/v1/me', { key: await issuer.token('owner') })
  await issuer.comeBack()
})
