import { describe, expect, test } from 'vitest'
import type { OrganizationId } from '../../src/domain/identifiers.ts'
import { followLog } from '../../src/services/followers/follow-log.ts'
import {
  type Asset,
  type AuditEvent,
  type Page,
  type Problem,
  source,
  valueSet,
} from '../services/assets/samples.ts'
import { originOf, verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

async function newOrganization() {
  const made = await api.newOrganization({
    people: {
      engineer: { staging: 'engineer', production: 'viewer' },
      auditor: { auditor: true },
      member: { organization: 'member' },
      admin: { organization: 'admin' },
    },
  })
  const { staging } = made.people.engineer.keys
  const assets = `/v1/environments/${made.environments.staging}/assets`
  return { ...made, staging, assets, audit: made.people.auditor.keys.organization }
}

async function follow(organization: OrganizationId): Promise<void> {
  const store = stores.pool('staging', 'worker_staging')
  await followLog({ store, control: stores.pool('control', 'worker_staging') }, organization)
}

async function listed(key: string, query = ''): Promise<readonly AuditEvent[]> {
  return (await api.expectStatus<Page<AuditEvent>>(200, `/v1/audit/events?limit=100${query}`, { key })).data
}

describe('the audit events', () => {
  test('are those of every log, newest first, as their leaves tell them', async () => {
    const { id, audit, staging, assets, people, environments } = await newOrganization()
    const asset = await api.expectStatus<Asset>(201, assets, { key: staging, body: valueSet('I') })
    await follow(id)
    const events = await listed(audit)
    expect(events.map(({ time }) => time)).toEqual(
      events
        .map(({ time }) => time)
        .toSorted()
        .toReversed(),
    )
    const control = await verifiedLog(stores, 'control', id)
    expect(events).toHaveLength(control.length + 1)
    const [leaf] = await verifiedLog(stores, 'staging', id)
    expect(events.find(({ type }) => type === 'asset.created')).toEqual({
      id: leaf?.id,
      origin: originOf('staging', id),
      index: 0,
      leafHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      type: 'asset.created',
      subject: `asset/${asset.id}`,
      time: leaf?.time,
      actor: { person: people.engineer.id, via: 'key', key: expect.any(String) },
      organization: id,
      environment: environments.staging,
      asset: asset.id,
      outcome: 'success',
      details: {
        assetType: 'valueSet',
        version: 1,
        digest: asset.digest,
        nameText: { text: expect.any(String), commitment: expect.any(String) },
      },
      state: 'sequenced',
    })
  })

  test('are filtered', async () => {
    const { id, audit, staging, assets, people, environments } = await newOrganization()
    const asset = await api.expectStatus<Asset>(201, assets, { key: staging, body: valueSet('I') })
    await api.expectStatus(403, `/v1/environments/${environments.production}/assets`, {
      key: people.engineer.keys.production,
      body: valueSet('I'),
    })
    await follow(id)
    const types = async (query: string) => (await listed(audit, query)).map(({ type }) => type)
    expect(await types(`&asset=${asset.id}`)).toEqual(['asset.created'])
    expect(await types('&type=asset.created')).toEqual(['asset.created'])
    expect(await types('&outcome=refused')).toEqual(['access.denied'])
    expect(await types(`&actor=${people.engineer.id}`)).toContain('access.denied')
    expect(await types(`&actor=${people.engineer.id}&outcome=success&type=access.denied`)).toEqual([])
    expect(await types(`&environment=${environments.staging}`)).toContain('asset.created')
    expect(await types(`&environment=${environments.production}`)).not.toContain('asset.created')
    expect(await types(`&promotion=${asset.id}`)).toEqual([])
    expect(await types('&after=2100-01-01T00:00:00Z')).toEqual([])
    expect(await types('&before=2020-01-01T00:00:00Z')).toEqual([])
    expect(await types('&after=2020-01-01T00:00:00Z&before=2100-01-01T00:00:00Z')).toContain('asset.created')
    for (const wrong of ['&after=yesterday', '&actor=me', '&outcome=fine', '&cursor=nonsense']) {
      expect((await api.request(`/v1/audit/events?limit=100${wrong}`, { key: audit })).status).toBe(400)
    }
  })

  test('are paged without skipping or repeating, while logs grow and late ones are followed', async () => {
    const { id, audit, staging, assets, people } = await newOrganization()
    const create = () => api.expectStatus(201, assets, { key: staging, body: valueSet('I') })
    for (let count = 0; count < 4; count += 1) await create()
    await follow(id)
    // Older than what the first page shows, and in the index only after it was read.
    await create()
    for (let count = 0; count < 4; count += 1) {
      await api.expectStatus(201, '/v1/api-keys', {
        key: people.owner.keys.organization,
        body: { name: `key ${count}`, organization: id },
      })
    }
    const expected = (await listed(audit)).map((event) => event.id)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: Page<AuditEvent> = await api.expectStatus(200, `/v1/audit/events?limit=3${query}`, {
        key: audit,
      })
      seen.push(...page.data.map((event) => event.id))
      cursor = page.nextCursor
      await create()
      await follow(id)
      await api.expectStatus(403, '/v1/audit/events', { key: staging })
    }
    expect(seen).toEqual(expected)
    expect((await listed(audit)).length).toBeGreaterThan(expected.length)
  })

  test('are read by auditors and owners with a key of the organization, and by nobody else', async () => {
    const { people, audit, id } = await newOrganization()
    for (const path of ['/v1/audit/events', '/v1/audit/logs']) {
      await api.expectStatus(200, path, { key: audit })
      await api.expectStatus(200, path, { key: people.owner.keys.organization })
      for (const key of [
        people.admin.keys.organization,
        people.member.keys.organization,
        people.engineer.keys.organization,
        people.owner.keys.staging,
        people.engineer.keys.production,
      ]) {
        expect((await api.expectStatus<Problem>(403, path, { key })).code).toBe('forbidden')
      }
    }
    const elsewhere = await api.newOrganization()
    const foreign = await listed(elsewhere.people.owner.keys.organization)
    expect(foreign.filter(({ origin }) => origin.endsWith(id))).toEqual([])
    const types = (await listed(audit)).map(({ type }) => type)
    expect(types).toContain('access.denied')
  })
})

test('the logs are listed with how far they have been followed', async () => {
  const { id, audit, staging, assets } = await newOrganization()
  await api.expectStatus(201, assets, { key: staging, body: source })
  const logs = () => api.expectStatus<Page<unknown>>(200, '/v1/audit/logs', { key: audit })
  const size = (await verifiedLog(stores, 'control', id)).length
  expect(await logs()).toEqual({ data: [{ origin: originOf('control', id), size }], nextCursor: null })
  await follow(id)
  expect((await logs()).data).toEqual([
    { origin: originOf('control', id), size },
    { origin: originOf('staging', id), size: 1 },
  ])
})
