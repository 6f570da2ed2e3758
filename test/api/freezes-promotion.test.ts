import { describe, expect, test } from 'vitest'
import { holdLock } from '../faults/support/lock.ts'
import {
  askFor,
  createValueSet,
  decideAs,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  reachState,
} from '../support/deployment.ts'

const api = await openDeployment()
const control = api.testStores.superuser('control')

interface Blocked extends PromotionAnswer {
  readonly blockedBecause: readonly {
    readonly code: string
    readonly detail: string
    readonly reason: string | null
    readonly since: string
    readonly opensAt?: string
  }[]
}

const asOwner = ({ people }: FourPeople) => ({ key: people.owner.keys.organization })

/** A fresh organization, and what its owner does to it. */
async function world() {
  const organization = await api.newOrganization({ people: fourPeople })
  const owner = asOwner(organization)
  const switchPath = `/v1/organizations/${organization.id}/freeze`
  const freezes = `/v1/environments/${organization.environments.production}/freezes`
  return {
    organization,
    ask: async () => askFor(api, organization, [await createValueSet(api, organization)]),
    freezeAll: (reason = 'The intake is failing') =>
      api.expectStatus(200, switchPath, { ...owner, method: 'PUT', body: { reason } }),
    unfreezeAll: () => api.expectStatus(204, switchPath, { ...owner, method: 'DELETE' }),
    freeze: (body: object) => api.expectStatus<{ id: string }>(201, freezes, { ...owner, body }),
    lift: (id: string) => api.expectStatus(204, `${freezes}/${id}`, { ...owner, method: 'DELETE' }),
  }
}

async function approve(organization: FourPeople, promotion: PromotionAnswer): Promise<void> {
  for (const name of ['anna', 'ben'] as const) await approveAs(organization, promotion, name)
}

async function approveAs(organization: FourPeople, promotion: PromotionAnswer, name: 'anna' | 'ben') {
  expect((await decideAs(api, organization.people[name], promotion)).status).toBe(201)
}

/** Reads it once it waits for the end of what stops it. */
async function stopped(organization: FourPeople, promotion: PromotionAnswer): Promise<Blocked> {
  return (await reachState(api, organization, promotion, 'scheduled')) as Blocked
}

async function landings({ environments }: FourPeople): Promise<number> {
  const { rows } = await api.testStores
    .superuser('production')
    .query('SELECT count(*)::integer AS total FROM asset WHERE environment = $1', [environments.production])
  return rows[0].total
}

const allDay = {
  reason: 'No landings by night',
  recurrence: 'DTSTART:20260101T000000\nRRULE:FREQ=DAILY',
  zone: 'Asia/Kathmandu',
  duration: 'P1D',
}

describe('what is approved while it is frozen does not land, says why, and lands by itself afterwards:', () => {
  test('by the switch of the organization', async () => {
    const { organization, ask, freezeAll, unfreezeAll } = await world()
    const promotion = await ask()
    await freezeAll()
    await approve(organization, promotion)

    const blocked = await stopped(organization, promotion)
    expect(blocked.blockedBecause).toEqual([
      {
        code: 'frozen',
        detail: 'The organization is frozen. Nothing lands until an owner or admin lifts that.',
        reason: 'The intake is failing',
        since: expect.stringMatching(/Z$/),
      },
    ])
    expect(await landings(organization)).toBe(0)

    await unfreezeAll()
    const { items } = await reachState(api, organization, promotion, 'promoted')
    expect(items.map(({ outcome }) => outcome)).toEqual(['landed'])
  })

  test.each([
    ['by a freeze of the destination', { reason: 'Inventory', name: 'Stock' }],
    ['by one that recurs', { ...allDay, name: 'Stock' }],
  ])('%s', async (_, body) => {
    const { organization, ask, freeze, lift } = await world()
    const promotion = await ask()
    const { id } = await freeze(body)
    await approve(organization, promotion)

    const { blockedBecause } = await stopped(organization, promotion)
    expect(blockedBecause).toMatchObject([{ code: 'frozen', reason: body.reason }])
    expect(blockedBecause[0]?.detail).toContain('“Stock”')
    expect(await landings(organization)).toBe(0)

    await lift(id)
    await reachState(api, organization, promotion, 'promoted')
  })

  test('by one with an end, which is when it opens', async () => {
    const { organization, ask, freeze } = await world()
    const promotion = await ask()
    await approveAs(organization, promotion, 'anna')
    const endsAt = new Date(Date.now() + 6_000).toISOString()
    await freeze({ reason: 'For a moment', endsAt })
    await approveAs(organization, promotion, 'ben')

    const { blockedBecause } = await stopped(organization, promotion)
    expect(blockedBecause).toMatchObject([{ opensAt: endsAt }])
    await reachState(api, organization, promotion, 'promoted')
    const { rows } = await control.query(
      'SELECT authorized_at >= $2::timestamptz AS afterwards FROM "authorization" WHERE promotion = $1',
      [promotion.id, endsAt],
    )
    expect(rows).toEqual([{ afterwards: true }])
  })
})

test('while it is frozen people go on to ask, review and withdraw, and are told', async () => {
  const { organization, ask, freezeAll } = await world()
  await freezeAll()
  const promotion = (await ask()) as Blocked
  expect([promotion.state, promotion.blockedBecause.length]).toEqual(['awaiting_approval', 1])
  const key = organization.people.requester.keys.staging
  const body = { reason: 'Not now' }
  await api.expectStatus(200, `/v1/promotions/${promotion.id}/withdraw`, { key, body })
  const withdrawn = (await reachState(api, organization, promotion, 'withdrawn')) as Blocked
  expect(withdrawn.blockedBecause).toEqual([])
})

test('a freeze of another environment stops nothing, and nothing speaks of it', async () => {
  const { organization, ask } = await world()
  const path = `/v1/environments/${organization.environments.staging}/freezes`
  await api.expectStatus(201, path, { ...asOwner(organization), body: { reason: 'Elsewhere' } })
  const promotion = (await ask()) as Blocked
  expect(promotion.blockedBecause).toEqual([])
  await approve(organization, promotion)
  await reachState(api, organization, promotion, 'promoted')
})

test('why it is frozen stands in no answer to a command, no event and no entry of the log', async () => {
  const { organization, ask, freezeAll } = await world()
  const promotion = await ask()
  await freezeAll('Canary-of-the-freeze')
  await approve(organization, promotion)
  await stopped(organization, promotion)
  const told = `SELECT FROM answer WHERE strpos(detail, 'Canary') > 0
    UNION ALL SELECT FROM event_index WHERE strpos(convert_from(leaf, 'UTF8'), 'Canary') > 0
    UNION ALL SELECT FROM stream_event WHERE strpos(convert_from(data, 'UTF8'), 'Canary') > 0`
  expect((await control.query(told)).rowCount).toBe(0)
})

test('a freeze that comes while many are approved is after each of their authorizations, or stops it', async () => {
  const { organization, ask, freezeAll, unfreezeAll } = await world()
  const promotions = await Promise.all(Array.from({ length: 6 }, () => ask()))
  const [racing, later] = [promotions.slice(0, 3), promotions.slice(3)]
  const approvals = racing.map((promotion) => approve(organization, promotion))
  await freezeAll()
  await Promise.all([...approvals, ...later.map((promotion) => approve(organization, promotion))])
  for (const promotion of later) await stopped(organization, promotion)

  const during = `SELECT FROM "authorization" AS authorized JOIN organization_freeze AS frozen USING (organization)
    WHERE organization = $1 AND authorized_at >= frozen.created_at
      AND (frozen.lifted_at IS NULL OR authorized_at < frozen.lifted_at)`
  const authorized = async () =>
    (await control.query('SELECT FROM "authorization" WHERE organization = $1', [organization.id]))
      .rowCount ?? 0
  expect((await control.query(during, [organization.id])).rowCount).toBe(0)
  expect(await authorized()).toBeLessThanOrEqual(racing.length)

  await unfreezeAll()
  await Promise.all(promotions.map((promotion) => reachState(api, organization, promotion, 'promoted')))
  expect(await authorized()).toBe(promotions.length)
  expect((await control.query(during, [organization.id])).rowCount).toBe(0)
})

test('freezing does not wait for a landing that is under way', async () => {
  const { organization, ask, freezeAll } = await world()
  const promotion = await ask()
  const lock = await holdLock(
    api.testStores.superuser('production'),
    'LOCK TABLE asset_version IN SHARE MODE',
  )
  await approve(organization, promotion)
  await lock.waitedForBy('worker_production')

  await freezeAll()
  await reachState(api, organization, promotion, 'promoting')
  await lock.release()
  await reachState(api, organization, promotion, 'promoted')
})
