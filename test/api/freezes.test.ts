import { describe, expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const { request, expectStatus, newOrganization } = openApi(stores)

const people = {
  admin: { organization: 'admin' },
  reader: { staging: 'viewer', production: 'viewer' },
} as const

interface Problem {
  readonly code: string
  readonly errors?: readonly { readonly pointer: string }[]
}

interface FreezeAnswer {
  readonly id: string
  readonly startsAt: string | null
  readonly liftedAt: string | null
}

/** A fresh organization, with what its admin does to it. */
async function world() {
  const organization = await newOrganization({ people })
  const { id, environments } = organization
  const { admin, owner, reader } = organization.people
  const key = admin.keys.organization
  const switchPath = `/v1/organizations/${id}/freeze`
  const path = `/v1/environments/${environments.production}/freezes`
  return {
    ...organization,
    admin,
    owner,
    reader,
    path,
    freezeAll: (reason: string) =>
      expectStatus<object>(200, switchPath, { key, method: 'PUT', body: { reason } }),
    unfreezeAll: () => expectStatus(204, switchPath, { key, method: 'DELETE' }),
    freeze: (body: object) => expectStatus<FreezeAnswer>(201, path, { key, body }),
    lift: (freeze: string) => expectStatus(204, `${path}/${freeze}`, { key, method: 'DELETE' }),
    refusal: async (body: object) => {
      const response = await request(path, { key, body })
      const { code, errors = [] } = (await response.json()) as Problem
      return [response.status, code, ...errors.map(({ pointer }) => pointer)]
    },
    async entries() {
      const text = `SELECT convert_from(leaf, 'UTF8') AS leaf FROM event_index
        WHERE organization = $1 AND type ~ 'freeze|frozen' ORDER BY index`
      const { rows } = await stores.superuser('control').query<{ leaf: string }>(text, [id])
      return rows.map(({ leaf }) => ({ ...JSON.parse(leaf), leaf }))
    },
  }
}

const daily = {
  recurrence: 'DTSTART:20260101T220000\nRRULE:FREQ=DAILY',
  zone: 'Europe/Berlin',
  duration: 'PT2H',
}

describe('the switch of the organization', () => {
  test('is on with its reason, its person and since when, wherever the organization is shown', async () => {
    const { id, environments, admin, reader, freezeAll } = await world()
    const since = Date.now()

    const frozen = await freezeAll('The intake is failing')

    expect(frozen).toEqual({
      reason: 'The intake is failing',
      by: admin.id,
      since: expect.stringMatching(/Z$/),
    })
    const key = reader.keys.production
    const shown = await expectStatus<{ freeze: { since: string } }>(200, `/v1/organizations/${id}`, { key })
    expect(shown.freeze).toEqual(frozen)
    expect(Date.parse(shown.freeze.since)).toBeGreaterThan(since - 60_000)
    const environment = `/v1/environments/${environments.production}`
    expect(await expectStatus(200, environment, { key })).toMatchObject({ organizationFreeze: frozen })
    const { data } = await expectStatus<{ data: object[] }>(200, '/v1/environments', { key })
    expect(data).toMatchObject([{ organizationFreeze: frozen }])
  })

  test('that is on already keeps its first reason, and nothing is told anew', async () => {
    const { freezeAll, entries } = await world()
    const first = await freezeAll('The intake is failing')
    expect(await freezeAll('And the labs, too')).toEqual(first)
    expect((await entries()).map(({ type }) => type)).toEqual(['organization.frozen'])
  })

  test('that two turn on at once is on once', async () => {
    const { freezeAll, entries } = await world()
    const [one, other] = await Promise.all([freezeAll('By one'), freezeAll('By the other')])
    expect(one).toEqual(other)
    expect(await entries()).toHaveLength(1)
  })

  test('is off when it is lifted, also a second time, and can be turned on again', async () => {
    const { id, reader, freezeAll, unfreezeAll, entries } = await world()
    await freezeAll('The intake is failing')
    await unfreezeAll()
    await unfreezeAll()
    const read = { key: reader.keys.production }
    expect(await expectStatus(200, `/v1/organizations/${id}`, read)).toMatchObject({ freeze: null })
    await freezeAll('Again')
    expect((await entries()).map(({ type }) => type)).toEqual([
      'organization.frozen',
      'organization.unfrozen',
      'organization.frozen',
    ])
  })

  test('is told in the log with who and what, and its reason as a commitment', async () => {
    const { id, admin, freezeAll, unfreezeAll, entries } = await world()
    await freezeAll('The intake is failing')
    await unfreezeAll()
    const [frozen, unfrozen] = await entries()
    expect(frozen).toMatchObject({
      subject: `organization/${id}`,
      data: {
        actor: { person: admin.id },
        details: { before: null, after: { reasonText: { text: expect.any(String) } } },
      },
    })
    const { freeze } = frozen.data.details.after
    expect(unfrozen.data.details).toEqual({ before: { freeze, since: expect.any(String) }, after: null })
    expect(frozen.leaf).not.toContain('intake')
  })

  test.each([
    ['no reason', {}, 422, 'invalid-body'],
    ['an empty one', { reason: '' }, 422, 'invalid-body'],
    ['more than a reason', { reason: 'Why', until: 'Monday' }, 422, 'unknown-property'],
    ['a secret', { reason: `Use AKIA${'QWERTYUIOPASDFGH'}` }, 422, 'literal-secret'],
  ])('is not turned on with %s', async (_, body, status, code) => {
    const { id, admin } = await world()
    const path = `/v1/organizations/${id}/freeze`
    const response = await request(path, { key: admin.keys.organization, method: 'PUT', body })
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([status, code])
  })
})

describe('a freeze of an environment', () => {
  test('with a reason alone begins at once and lasts until it is lifted', async () => {
    const { environments, admin, freeze } = await world()
    expect(await freeze({ reason: 'Inventory' })).toEqual({
      id: expect.any(String),
      environment: environments.production,
      name: null,
      reason: 'Inventory',
      startsAt: expect.stringMatching(/Z$/),
      endsAt: null,
      recurrence: null,
      zone: null,
      duration: null,
      createdBy: admin.id,
      createdAt: expect.stringMatching(/Z$/),
      liftedBy: null,
      liftedAt: null,
    })
  })

  test('may have a name, a start and an end, which are answered in UTC', async () => {
    const { freeze } = await world()
    const asked = {
      reason: 'Holidays',
      name: 'Year’s end',
      startsAt: '2099-12-20T00:00:00+01:00',
      endsAt: '2100-01-07T00:00:00+01:00',
    }
    expect(await freeze(asked)).toMatchObject({
      name: 'Year’s end',
      startsAt: '2099-12-19T23:00:00.000Z',
      endsAt: '2100-01-06T23:00:00.000Z',
    })
  })

  test('may recur', async () => {
    const { freeze } = await world()
    expect(await freeze({ reason: 'Nightly batch', ...daily })).toMatchObject({ ...daily, startsAt: null })
  })

  test('is listed, newest first and a page at a time, to whoever may read the policy', async () => {
    const { path, reader, freeze, lift } = await world()
    const made = [
      await freeze({ reason: 'One' }),
      await freeze({ reason: 'Two' }),
      await freeze({ reason: 'Three' }),
    ]
    await lift(made[1]?.id ?? '')
    type Page = { data: FreezeAnswer[]; nextCursor: string | null }
    const key = reader.keys.production
    const first = await expectStatus<Page>(200, `${path}?limit=2`, { key })
    const second = await expectStatus<Page>(200, `${path}?limit=2&cursor=${first.nextCursor}`, { key })
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made.map(({ id }) => id).toReversed())
    expect([...first.data, ...second.data].map(({ liftedAt }) => liftedAt !== null)).toEqual([
      false,
      true,
      false,
    ])
    expect(second.nextCursor).toBeNull()
    expect((await request(path, { key: reader.keys.staging })).status).toBe(404)
  })

  test('is lifted for good, once, and told so', async () => {
    const { environments, freeze, lift, entries } = await world()
    const { id } = await freeze({ reason: 'Inventory', name: 'Stock' })
    await lift(id)
    await lift(id)
    const [set, lifted, ...more] = await entries()
    expect(more).toEqual([])
    expect([set.type, lifted.type]).toEqual(['freeze.set', 'freeze.lifted'])
    expect(set).toMatchObject({ subject: `freeze/${id}`, data: { environment: environments.production } })
    const { startsAt, endsAt } = set.data.details.after
    expect(lifted.data.details).toEqual({ before: { startsAt, endsAt }, after: null })
    expect(set.leaf).not.toMatch(/Inventory|Stock/)
  })

  test('is found in its own environment only', async () => {
    const { environments, owner, freeze } = await world()
    const { id } = await freeze({ reason: 'Inventory' })
    const elsewhere = `/v1/environments/${environments.staging}/freezes/${id}`
    const response = await request(elsewhere, { key: owner.keys.organization, method: 'DELETE' })
    expect(response.status).toBe(404)
  })

  test('is set once, however often the same key asks', async () => {
    const { path, owner } = await world()
    const asked = {
      key: owner.keys.organization,
      body: { reason: 'Once' },
      idempotencyKey: crypto.randomUUID(),
    }
    const [first, again] = [await request(path, asked), await request(path, asked)]
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
  })

  test.each([
    ['an end that is over', { endsAt: '2020-01-01T00:00:00Z' }, '/endsAt'],
    [
      'an end before its start',
      { startsAt: '2099-01-02T00:00:00Z', endsAt: '2099-01-01T00:00:00Z' },
      '/endsAt',
    ],
    [
      'a rule of every second',
      { ...daily, recurrence: 'DTSTART:20260101T220000\nRRULE:FREQ=SECONDLY' },
      '/recurrence',
    ],
    ['no such zone', { ...daily, zone: 'Europe/Nowhere' }, '/zone'],
    ['no such duration', { ...daily, duration: 'PT0S' }, '/duration'],
    ['a rule without its zone', { recurrence: daily.recurrence, duration: 'PT2H' }, '/zone'],
    ['a zone without a rule', { zone: 'UTC' }, '/recurrence'],
    ['a rule and a start', { ...daily, startsAt: '2099-01-01T00:00:00Z' }, '/startsAt'],
  ])('is not set with %s, and the place is told', async (_, body, pointer) => {
    const { refusal } = await world()
    const [status, code, ...pointers] = await refusal({ reason: 'Why', ...body })
    expect([status, code, pointers.includes(pointer)]).toEqual([422, 'invalid-body', true])
  })

  test('is not set with a secret in its name', async () => {
    const { refusal } = await world()
    expect(await refusal({ reason: 'Why', name: `AKIA${'QWERTYUIOPASDFGH'}` })).toEqual([
      422,
      'literal-secret',
      '/name',
    ])
  })

  test('recurs in at most twenty ways at once', async () => {
    const { freeze, refusal, lift } = await world()
    const made: string[] = []
    for (let place = 0; place < 20; place += 1) made.push((await freeze({ reason: 'Nightly', ...daily })).id)
    expect(await refusal({ reason: 'One more', ...daily })).toEqual([422, 'invalid-body', '/recurrence'])
    await freeze({ reason: 'Once is another matter' })
    await lift(made[0] ?? '')
    await freeze({ reason: 'One more', ...daily })
  })
})
