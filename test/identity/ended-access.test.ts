import { describe, expect, test } from 'vitest'
import { at, openIdentityWorld } from './world.ts'

const { issuer, api, organization, moveOnPastNow, told, link, unlink, linked, tokenKeys, entries } =
  await openIdentityWorld()
const { owner, admin, engineer, other } = organization.people
const { staging } = organization.environments
const people = `/v1/organizations/${organization.id}/people`

describe('access by a token ends at once', () => {
  test('when its key is revoked: at that door, for good, and not at another', async () => {
    const key = await issuer.token(await linked(engineer.keys.organization))
    const before = (await tokenKeys(engineer.id)).length
    await api.expectStatus(200, '/v1/me', { key })
    const [made] = (await tokenKeys(engineer.id)).slice(before)
    // Also by the token itself, which is signing out.
    await api.expectStatus(204, `/v1/api-keys/${made?.id}`, { key, method: 'DELETE' })
    expect(await told('/v1/me', { key })).toMatchObject({ status: 401 })
    expect(await told('/v1/me', { key, headers: at(staging) })).toMatchObject({ status: 200 })
  })

  test('when the identity is unlinked, and does not begin again by linking it anew', async () => {
    const subject = await linked(engineer.keys.organization)
    const key = await issuer.token(subject)
    const before = (await tokenKeys(engineer.id)).length
    await api.expectStatus(200, '/v1/me', { key, headers: at(staging) })
    expect(await unlink(engineer.keys.organization)).toMatchObject({ status: 204 })
    expect(await unlink(engineer.keys.organization)).toMatchObject({ status: 204 })
    expect(await told('/v1/me', { key, headers: at(staging) })).toMatchObject({ status: 401 })
    const [made] = (await tokenKeys(engineer.id)).slice(before)
    expect(made).toMatchObject({ revoked: true })
    expect(await entries('api-key.revoked', `api-key/${made?.id}`)).toMatchObject([
      { actor: { person: engineer.id, via: 'key' }, details: { because: 'identity-unlinked' } },
    ])
    moveOnPastNow()
    expect(await link(engineer.keys.organization, await issuer.token(subject))).toMatchObject({ status: 200 })
    expect(await told('/v1/me', { key, headers: at(staging) })).toMatchObject({ status: 401 })
    expect(await told('/v1/me', { key: await issuer.token(subject) })).toMatchObject({ status: 200 })
  })

  test('also for tokens that are used for the first time at that very moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      const subject = await linked(engineer.keys.organization)
      const before = (await tokenKeys(engineer.id)).length
      const tokens = await Promise.all(Array.from({ length: 6 }, () => issuer.token(subject)))
      const asked = tokens.map(async (key) => told('/v1/me', { key }))
      const [unlinked, ...answers] = await Promise.all([unlink(engineer.keys.organization), ...asked])
      expect(unlinked.status).toBe(204)
      for (const { status } of answers) expect([200, 401]).toContain(status)
      const made = (await tokenKeys(engineer.id)).slice(before)
      expect(made.filter(({ revoked }) => !revoked)).toEqual([])
    }
  })

  test('when an admin removes the link, of an owner only an owner', async () => {
    const key = await issuer.token(await linked(engineer.keys.organization))
    const ofOwner = await issuer.token(await linked(owner.keys.organization))
    await api.expectStatus(200, '/v1/me', { key })
    const remove = { key: admin.keys.organization, method: 'PATCH', body: { identity: null } }
    expect(await told(`${people}/${owner.id}`, remove)).toMatchObject({ status: 403 })
    await api.expectStatus(200, '/v1/me', { key: ofOwner })
    await api.expectStatus(200, `${people}/${engineer.id}`, remove)
    expect(await told('/v1/me', { key })).toMatchObject({ status: 401 })
    const before = await entries('person-identity.unlinked', `person/${engineer.id}`)
    expect(before.at(-1)).toMatchObject({ actor: { person: admin.id } })
    // Without a link nothing changes, and nothing is told.
    await api.expectStatus(200, `${people}/${engineer.id}`, remove)
    expect(await entries('person-identity.unlinked', `person/${engineer.id}`)).toHaveLength(before.length)
  })

  test('when its person is deactivated, and while they are', async () => {
    const key = await issuer.token(await linked(other.keys.organization))
    await api.expectStatus(200, '/v1/me', { key })
    const set = (active: boolean) =>
      api.expectStatus(200, `${people}/${other.id}`, {
        key: owner.keys.organization,
        method: 'PATCH',
        body: { active },
      })
    await set(false)
    expect(await told('/v1/me', { key })).toMatchObject({ status: 401 })
    await set(true)
    expect(await told('/v1/me', { key })).toMatchObject({ status: 200 })
  })

  test('to an environment when its person’s role there is taken', async () => {
    const key = await issuer.token(await linked(other.keys.organization))
    const here = { key, headers: at(staging) }
    await api.expectStatus(200, `/v1/environments/${staging}/assets`, here)
    await api.expectStatus(204, `/v1/environments/${staging}/members/${other.id}`, {
      key: owner.keys.organization,
      method: 'DELETE',
    })
    expect(await told(`/v1/environments/${staging}/assets`, here)).toMatchObject({ status: 404 })
  })
})
