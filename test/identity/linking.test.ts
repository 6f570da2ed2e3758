import { describe, expect, test } from 'vitest'
import { instant } from '../../src/domain/identifiers.ts'
import { openApi } from '../support/api.ts'
import { openIdentityWorld } from './world.ts'

const { stores, issuer, api, clock, organization, elsewhere, told, link, unlink, linked, entries } =
  await openIdentityWorld()
const { owner, admin, engineer, other } = organization.people
const people = `/v1/organizations/${organization.id}/people`
const now = () => Date.parse(clock.now())

describe('linking an identity', () => {
  test('takes a key of the person and a token of the identity, and is told to them', async () => {
    const key = engineer.keys.organization
    expect(await api.expectStatus(200, '/v1/me', { key })).toMatchObject({ identity: null })
    const token = await issuer.token('takes a key')
    const answer = await api.expectStatus(200, '/v1/me/identity', {
      key,
      method: 'PUT',
      body: { accessToken: token },
    })
    expect(answer).toMatchObject({ issuer: issuer.url, subject: 'takes a key' })
    expect(await api.expectStatus(200, '/v1/me', { key })).toMatchObject({ identity: answer })
  })

  test('is an entry that says neither issuer nor subject in clear; the same again is none', async () => {
    const subject = await linked(other.keys.organization)
    await link(other.keys.organization, await issuer.token(subject))
    const made = await entries('person-identity.linked', `person/${other.id}`)
    expect(made).toHaveLength(1)
    expect(made[0]).toMatchObject({ actor: { person: other.id, via: 'key' } })
    expect(JSON.stringify(made)).not.toContain(subject)
    expect(JSON.stringify(made)).not.toContain(issuer.url)
    const { rows } = await stores
      .superuser('control')
      .query('SELECT FROM erasable_text WHERE organization = $1 AND text = $2', [organization.id, subject])
    expect(rows).toHaveLength(1)
  })

  test('is refused for an identity that somebody else has, in this organization alone', async () => {
    const subject = await linked(engineer.keys.organization)
    const token = await issuer.token(subject)
    expect(await link(owner.keys.organization, token)).toMatchObject({ status: 409, code: 'illegal-state' })
    expect(await link(elsewhere.people.owner.keys.organization, token)).toMatchObject({ status: 200 })
    await unlink(elsewhere.people.owner.keys.organization)
  })

  test('replaces the one before, whose tokens open nothing any more', async () => {
    const before = await issuer.token(await linked(engineer.keys.organization))
    expect(await told('/v1/me', { key: before })).toMatchObject({ status: 200 })
    const after = await issuer.token(await linked(engineer.keys.organization))
    expect(await told('/v1/me', { key: before })).toMatchObject({ status: 401 })
    expect(await told('/v1/me', { key: after })).toMatchObject({ status: 200 })
  })

  test('is refused by its place in the body when the token is not valid, without repeating it', async () => {
    const token = await issuer.token('not valid', { claims: { aud: 'https://another.example' } })
    const body = { accessToken: token }
    const request = { key: owner.keys.organization, method: 'PUT', body }
    const response = await api.request('/v1/me/identity', request)
    const text = await response.text()
    expect(response.status).toBe(422)
    expect(JSON.parse(text).errors).toEqual([{ pointer: '/accessToken', message: expect.any(String) }])
    expect(text).not.toContain(token.split('.')[1])
  })

  test('takes a key as wide as what it brings in: of the organization, without scopes, without an end', async () => {
    const token = await issuer.token('narrow')
    const make = async (more: object) =>
      (
        await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
          key: engineer.keys.organization,
          body: { name: 'narrow', organization: organization.id, ...more },
        })
      ).secret
    const narrow = [
      engineer.keys.staging,
      await make({ scopes: ['keys:write', 'assets:read'] }),
      await make({ expiresAt: instant(now() + 3_600_000) }),
    ]
    for (const key of narrow) {
      expect(await link(key, token)).toMatchObject({ status: 403, code: 'forbidden' })
    }
  })

  test('is of humans alone: a service account has none', async () => {
    const account = await api.expectStatus<{ id: string }>(201, people, {
      key: owner.keys.organization,
      body: { kind: 'service', name: 'Pipeline', owner: engineer.id },
    })
    const { secret } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: engineer.keys.organization,
      body: { name: 'of the pipeline', organization: organization.id, account: account.id },
    })
    expect(await link(secret, await issuer.token('pipeline'))).toMatchObject({ status: 403 })
    expect(await unlink(secret)).toMatchObject({ status: 403 })
    expect(await api.expectStatus(200, '/v1/me', { key: secret })).toMatchObject({ identity: null })
  })

  test('is not removed by a token either, whoever’s link it is and however it is asked for', async () => {
    const token = await issuer.token(await linked(owner.keys.organization))
    const theirs = await issuer.token(await linked(engineer.keys.organization))
    const remove = { key: token, method: 'PATCH', body: { identity: null } }
    for (const { id } of [owner, engineer]) {
      const answer = await told(`${people}/${id}`, remove)
      expect(answer).toMatchObject({ status: 403, code: 'forbidden' })
      expect(answer.detail).toContain('Use an API key of yours')
    }
    for (const key of [token, theirs]) await api.expectStatus(200, '/v1/me', { key })
    // What else the route does, a token does.
    await api.expectStatus(200, `${people}/${engineer.id}`, { ...remove, body: { name: 'Engineer' } })
  })

  test('is nothing that a token, a sign-in token or an admin does', async () => {
    const subject = await linked(engineer.keys.organization)
    const token = await issuer.token(subject)
    expect(await link(token, await issuer.token('another'))).toMatchObject({ status: 403 })
    expect(await unlink(token)).toMatchObject({ status: 403 })
    const { id, signInToken } = await api.expectStatus<{ id: string; signInToken: string }>(201, people, {
      key: owner.keys.organization,
      body: { kind: 'human', name: 'New Here' },
    })
    expect(await link(signInToken, token)).toMatchObject({ status: 401 })
    const identity = { issuer: issuer.url, subject: 'chosen by an admin' }
    const request = { key: admin.keys.organization, method: 'PATCH', body: { identity } }
    expect(await told(`${people}/${id}`, request)).toMatchObject({ status: 422 })
  })

  test('is refused where no identity provider is', async () => {
    const without = openApi(stores, { clock })
    const body = { accessToken: await issuer.token('nobody') }
    const request = { key: owner.keys.organization, method: 'PUT', body }
    expect((await without.request('/v1/me/identity', request)).status).toBe(409)
    expect((await without.request('/v1/me', { key: body.accessToken })).status).toBe(401)
  })
})
