import { describe, expect, test } from 'vitest'
import { identifier, type PersonId } from '../../src/domain/identifiers.ts'
import { exchangeToken } from '../../src/services/identity/exchange-token.ts'
import { providerOf } from '../support/issuer.ts'
import { at, of, openIdentityWorld } from './world.ts'

const {
  stores,
  issuer,
  api,
  clock,
  organization,
  elsewhere,
  moveOnPastNow,
  told,
  link,
  unlink,
  linked,
  tokenKeys,
} = await openIdentityWorld()
const { owner, admin, engineer, other } = organization.people
const { staging, production } = organization.environments
const mine = engineer.keys.organization

// The clock is moved on ahead of the database's, so that what is to be from before says when it was issued.
const opened = Math.floor(Date.parse(clock.now()) / 1000)
const fromBefore = (subject: string) => issuer.token(subject, { claims: { iat: opened, exp: opened + 600 } })

type Ending = () => Promise<unknown>

const ways: readonly [string, Ending][] = [
  ['its person', () => unlink(mine)],
  [
    'an admin',
    () =>
      api.expectStatus(200, `/v1/organizations/${organization.id}/people/${engineer.id}`, {
        key: admin.keys.organization,
        method: 'PATCH',
        body: { identity: null },
      }),
  ],
  ['another link in its place', () => linked(mine)],
]

async function statuses(key: string, doors: readonly Record<string, string>[]): Promise<readonly number[]> {
  return Promise.all(doors.map(async (headers) => (await told('/v1/me', { key, headers })).status))
}

describe('a link that was ended and made again', () => {
  test.each(ways)('by %s brings back no token from before, at no door', async (_, end) => {
    const subject = await linked(mine)
    const used = await fromBefore(subject)
    const neverUsed = await fromBefore(subject)
    const doors = [at(staging), at(production), of(organization.id), {}]
    await api.expectStatus(200, '/v1/me', { key: used, headers: at(staging) })
    await end()
    for (const key of [used, neverUsed]) expect(await statuses(key, doors)).toEqual([401, 401, 401, 401])
    moveOnPastNow()
    const renewed = await issuer.token(subject)
    expect(await link(mine, renewed)).toMatchObject({ status: 200 })
    for (const key of [used, neverUsed]) expect(await statuses(key, doors)).toEqual([401, 401, 401, 401])
    expect(await statuses(renewed, doors)).toEqual([200, 200, 200, 200])
    const { detail } = await told('/v1/me', { key: used })
    expect(detail).toContain('issued before')
    // Nor for whoever links the identity next.
    await unlink(mine)
    moveOnPastNow()
    expect(await link(other.keys.organization, await issuer.token(subject))).toMatchObject({ status: 200 })
    for (const key of [used, neverUsed]) expect(await statuses(key, doors)).toEqual([401, 401, 401, 401])
  })

  test('is not made again with a token from before', async () => {
    const subject = await linked(mine)
    const token = await fromBefore(subject)
    await unlink(mine)
    expect(await link(mine, token)).toMatchObject({ status: 422, code: 'invalid-body' })
    expect(await api.expectStatus(200, '/v1/me', { key: mine })).toMatchObject({ identity: null })
  })

  test('takes a token of a later second than the one in which it ended', async () => {
    const subject = await linked(mine)
    await unlink(mine)
    const { rows } = await stores
      .superuser('control')
      .query(
        'SELECT extract(epoch FROM date_trunc($2, max(ended_at)))::integer AS second FROM ended_identity WHERE organization = $1',
        [organization.id, 'second'],
      )
    const second: number = rows[0].second
    moveOnPastNow()
    const issued = (iat: number) => issuer.token(subject, { claims: { iat } })
    const later = await issued(second + 1)
    expect(await link(mine, await issued(second))).toMatchObject({ status: 422 })
    expect(await link(mine, later)).toMatchObject({ status: 200 })
    expect(await told('/v1/me', { key: await issued(second) })).toMatchObject({ status: 401 })
    expect(await told('/v1/me', { key: later })).toMatchObject({ status: 200 })
  })

  test('ended in its own organization alone', async () => {
    const theirs = elsewhere.people.owner.keys.organization
    const subject = await linked(owner.keys.organization)
    const key = await fromBefore(subject)
    expect(await link(theirs, key)).toMatchObject({ status: 200 })
    await unlink(owner.keys.organization)
    moveOnPastNow()
    await link(owner.keys.organization, await issuer.token(subject))
    const doors = [of(organization.id), at(staging), of(elsewhere.id)]
    expect(await statuses(key, doors)).toEqual([401, 401, 200])
    await unlink(theirs)
  })

  test('lets no token from before become a key, also when it was looked up while the link was another', async () => {
    const subject = await linked(mine)
    const verified = await providerOf(issuer, clock).verify(await fromBefore(subject))
    if (verified === undefined) throw new Error('an honest token is not believed')
    await unlink(mine)
    moveOnPastNow()
    expect(await link(mine, await issuer.token(subject))).toMatchObject({ status: 200 })
    const before = await tokenKeys(engineer.id)
    const door = {
      organization: organization.id,
      person: identifier<PersonId>(engineer.id),
      environment: null,
    }
    await exchangeToken(stores.pool('control', 'api'), verified, door)
    expect(await tokenKeys(engineer.id)).toEqual(before)
  })
})
