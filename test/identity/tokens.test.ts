import { describe, expect, test } from 'vitest'
import { instant } from '../../src/domain/identifiers.ts'
import { valueSet } from '../services/assets/samples.ts'
import { type ApiRequest, openApi } from '../support/api.ts'
import { providerOf } from '../support/issuer.ts'
import { at, of, openIdentityWorld } from './world.ts'

const {
  stores,
  issuer,
  api,
  clock,
  organization,
  elsewhere,
  moveOn,
  told,
  link,
  unlink,
  linked,
  tokenKeys,
  entries,
} = await openIdentityWorld()
const { owner, engineer, other } = organization.people
const { development, staging, production } = organization.environments
const people = `/v1/organizations/${organization.id}/people`
const now = () => Date.parse(clock.now())

describe('a token', () => {
  test('of nobody who is linked says how to link, and opens nothing', async () => {
    const answer = await told('/v1/me', { key: await issuer.token('a stranger') })
    expect(answer).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(answer.detail).toContain('PUT /v1/me/identity')
  })

  test('opens the organization by itself, an environment by its id, and reads there what its person may', async () => {
    const key = await issuer.token(await linked(engineer.keys.organization))
    expect(await api.expectStatus(200, '/v1/me', { key })).toMatchObject({
      person: { id: engineer.id },
      account: null,
      key: { organization: organization.id, environment: null, origin: 'identity-provider', scopes: null },
    })
    const path = `/v1/environments/${staging}/assets`
    const here = { key, headers: at(staging) }
    const { id } = await api.expectStatus<{ id: string }>(201, path, { ...here, body: valueSet('A') })
    await api.expectStatus(200, `/v1/assets/${id}`, here)
    expect(await api.expectStatus(200, '/v1/me', here)).toMatchObject({
      environments: [{ id: staging, role: 'engineer' }],
      key: { environment: staging },
    })
    // Where its person only looks, it only looks.
    const there = { key, headers: at(production), body: { type: 'source', name: 'x', content: {} } }
    expect(await told(`/v1/environments/${production}/assets`, there)).toMatchObject({ status: 403 })
  })

  test('opens one door a request: not both, not another’s, none in which its person has no role', async () => {
    const key = await issuer.token(await linked(engineer.keys.organization))
    const asked = async (headers: Record<string, string>) => told('/v1/me', { key, headers })
    const both = await asked({ ...at(staging), ...of(organization.id) })
    expect(both).toMatchObject({ status: 400, code: 'invalid-parameter' })
    expect(await asked(at('staging'))).toMatchObject({ status: 400, code: 'invalid-parameter' })
    expect(await asked(of(staging))).toMatchObject({ status: 404 })
    expect(await asked(at(organization.id))).toMatchObject({ status: 404 })
    const closed = await asked(at(development))
    expect(closed).toMatchObject({ status: 404, code: 'not-found' })
    for (const headers of [
      at(elsewhere.environments.staging),
      of(elsewhere.id),
      at(crypto.randomUUID()),
      of(crypto.randomUUID()),
    ]) {
      expect(await asked(headers)).toEqual(closed)
    }
    // Through the door of staging there is no way into production.
    const through = { key, headers: at(staging) }
    expect(await told(`/v1/environments/${production}/assets`, through)).toMatchObject({ status: 404 })
    expect(await told(people, through)).toMatchObject({ status: 403 })
  })

  test('of an identity linked in two organizations has to say which', async () => {
    const subject = await linked(other.keys.organization)
    const twin = elsewhere.people.other
    const key = await issuer.token(subject)
    await link(twin.keys.organization, key)
    const answer = await told('/v1/me', { key })
    expect(answer).toMatchObject({ status: 400, code: 'invalid-parameter' })
    expect(answer.detail).toContain('Countersign-Organization')
    for (const [headers, id] of [
      [of(organization.id), other.id],
      [of(elsewhere.id), twin.id],
      [at(staging), other.id],
      [at(elsewhere.environments.staging), twin.id],
    ] as const) {
      expect(await api.expectStatus(200, '/v1/me', { key, headers })).toMatchObject({ person: { id } })
    }
    await unlink(twin.keys.organization)
    expect(await api.expectStatus(200, '/v1/me', { key })).toMatchObject({ person: { id: other.id } })
  })

  test('becomes one key for each door, listed, logged as the person’s, and never a bearer itself', async () => {
    const key = await issuer.token(await linked(owner.keys.organization))
    const before = (await tokenKeys(owner.id)).length
    await Promise.all([
      told('/v1/me', { key }),
      told('/v1/me', { key, headers: at(staging) }),
      told('/v1/me', { key, headers: of(organization.id) }),
    ])
    const made = (await tokenKeys(owner.id)).slice(before)
    expect(made.map(({ opens }) => opens).toSorted()).toEqual([organization.id, staging].toSorted())
    const listed = await api.expectStatus<{ data: readonly Record<string, unknown>[] }>(200, '/v1/api-keys', {
      key: owner.keys.organization,
    })
    for (const { id } of made) {
      expect(listed.data).toContainEqual(expect.objectContaining({ id, origin: 'identity-provider' }))
      const [entry, ...more] = await entries('api-key.created', `api-key/${id}`)
      expect(more).toEqual([])
      expect(entry).toMatchObject({
        actor: { person: owner.id, via: 'token', key: id },
        details: { after: { expiresAt: instant(Math.floor(now() / 1000) * 1000 + 600_000) } },
      })
    }
    const { rows } = await stores
      .superuser('control')
      .query('SELECT secret_digest FROM api_key WHERE id = ANY ($1)', [made.map(({ id }) => id)])
    expect(rows).toEqual([{ secret_digest: null }, { secret_digest: null }])
  })

  test('makes one key however many requests bring it at once, and a thousandth makes no second', async () => {
    const key = await issuer.token(await linked(engineer.keys.organization))
    const before = (await tokenKeys(engineer.id)).length
    const request = { key, headers: at(staging) }
    const first = await Promise.all(Array.from({ length: 24 }, () => told('/v1/me', request)))
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set([200]))
    for (let sent = 24; sent < 1000; sent += 8) {
      await Promise.all(Array.from({ length: 8 }, () => told('/v1/me', request)))
    }
    expect((await tokenKeys(engineer.id)).length).toBe(before + 1)
  })

  test('is the same token with its signature written in another way', async () => {
    const [, signing] = issuer.keys
    if (signing === undefined) throw new Error('no second key')
    const subject = await linked(engineer.keys.organization)
    const token = await issuer.token(subject, { key: signing })
    const before = (await tokenKeys(engineer.id)).length
    await api.expectStatus(200, '/v1/me', { key: token })
    const [made] = (await tokenKeys(engineer.id)).slice(before)
    await api.expectStatus(204, `/v1/api-keys/${made?.id}`, {
      key: engineer.keys.organization,
      method: 'DELETE',
    })
    expect(await told('/v1/me', { key: token })).toMatchObject({ status: 401 })
    // The other of the two valid values of s in an ECDSA signature: whoever has a token could write it.
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const dot = token.lastIndexOf('.')
    const signature = Buffer.from(token.slice(dot + 1), 'base64url')
    const mirrored = (order - BigInt(`0x${signature.subarray(32).toString('hex')}`)).toString(16)
    const twin = Buffer.concat([signature.subarray(0, 32), Buffer.from(mirrored.padStart(64, '0'), 'hex')])
    const rewritten = `${token.slice(0, dot)}.${twin.toString('base64url')}`
    expect(rewritten).not.toBe(token)
    expect(await providerOf(issuer, clock).verify(rewritten)).toMatchObject({ identity: { subject } })
    expect(await told('/v1/me', { key: rewritten })).toMatchObject({ status: 401 })
    expect((await tokenKeys(engineer.id)).length).toBe(before + 1)
  })

  test('makes no keys', async () => {
    const key = await issuer.token(await linked(engineer.keys.organization))
    const expiresAt = instant(now() + 60_000)
    const body = { name: 'lasting', environment: staging, expiresAt }
    expect(await told('/v1/api-keys', { key, body })).toMatchObject({ status: 403, code: 'forbidden' })
  })

  test('ends when it expires, and an hour after it was issued at the latest', async () => {
    const subject = await linked(engineer.keys.organization)
    const soon = await issuer.token(subject)
    const late = await issuer.token(subject, { claims: { exp: Math.floor(now() / 1000) + 86_400 } })
    for (const key of [soon, late]) await api.expectStatus(200, '/v1/me', { key })
    moveOn(600_000)
    expect(await told('/v1/me', { key: soon })).toMatchObject({ status: 401 })
    await api.expectStatus(200, '/v1/me', { key: late })
    moveOn(3_000_000)
    expect(await told('/v1/me', { key: late })).toMatchObject({ status: 401 })
  })
})

test('requests with a token are counted by its key, and those that it opens nothing with by their address', async () => {
  const counting = openApi(stores, {
    clock,
    identityProvider: providerOf(issuer, clock),
    requestsPerMinute: { key: 3, address: 4 },
  })
  const statuses = async (request: ApiRequest, count: number) => {
    const answers: number[] = []
    for (let sent = 0; sent < count; sent += 1)
      answers.push((await counting.request('/v1/me', request)).status)
    return answers
  }
  const key = await issuer.token(await linked(engineer.keys.organization))
  expect(await statuses({ key }, 4)).toEqual([200, 200, 200, 429])
  expect(await statuses({ key, headers: at(staging) }, 1)).toEqual([200])
  expect(await statuses({ key, headers: at('nowhere') }, 2)).toEqual([400, 400])
  expect(await statuses({ key, headers: at(development) }, 3)).toEqual([404, 404, 429])
})
