import { describe, expect, test } from 'vitest'
import type { LoginRole, StoreKind } from '../../src/db/rights/right.ts'
import { withOrganization } from '../../src/db/transaction.ts'
import { type AssetId, identifier, type PersonId, type PromotionId } from '../../src/domain/identifiers.ts'
import { appendEntries, type EntryDraft } from '../../src/services/audit/append-entries.ts'
import { followLog } from '../../src/services/followers/follow-log.ts'
import { type Asset, type AuditEvent, type Page, type Problem, valueSet } from '../services/assets/samples.ts'
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
      approver: { production: 'viewer', groups: ['approvers'] },
      otherApprover: { production: 'viewer', groups: ['approvers'] },
    },
  })
  const { staging } = made.people.engineer.keys
  const assets = `/v1/environments/${made.environments.staging}/assets`
  return { ...made, staging, assets, audit: made.people.auditor.keys.organization }
}

describe('the timeline of a promotion', () => {
  async function newPromotion() {
    const made = await newOrganization()
    const { staging: key, assets, environments } = made
    const asset = await api.expectStatus<Asset>(201, assets, { key, body: valueSet('I') })
    const body = {
      promotingAssets: [{ id: asset.id, type: asset.type }],
      fromEnvironment: { id: environments.staging },
      toEnvironment: { id: environments.production },
      reason: 'The clinic goes live.',
    }
    const { id: promotion } = await api.expectStatus<{ id: string }>(202, '/v1/promotions', { key, body })
    return { ...made, asset, promotion, path: `/v1/promotions/${promotion}/timeline` }
  }

  test('puts the events of all logs in the order in which they rest on each other, whatever their clocks say', async () => {
    const { id, path, promotion, staging, people, environments, asset } = await newPromotion()
    const about = {
      subject: `promotion/${promotion}`,
      actor: { person: identifier<PersonId>(people.engineer.id), via: 'workflow' as const },
      promotion: identifier<PromotionId>(promotion),
    }
    const append = (store: StoreKind, role: LoginRole, draft: Pick<EntryDraft, 'type' | 'details'>) =>
      withOrganization(stores.pool(store, role), id, async (transaction) => {
        const local = { environment: environments.production, asset: identifier<AssetId>(asset.id) }
        const facts = { assetType: asset.type, version: 1, digest: asset.digest }
        const [written] = await appendEntries(transaction, [{ ...about, ...local, facts, ...draft }])
        return { origin: originOf(store, id), index: written?.index ?? -1, leafHash: asset.digest }
      })
    // Production's clock is behind: its entry is older than the one that it rests on, which comes next in control.
    const index = (await verifiedLog(stores, 'control', id)).length
    const authorization = { origin: originOf('control', id), index, leafHash: asset.digest }
    const landing = await append('production', 'worker_production', {
      type: 'asset.landed',
      details: { authorization },
    })
    await append('control', 'worker_control', { type: 'promotion.authorized' })
    await append('control', 'worker_production', {
      type: 'promotion.receipted',
      details: { items: [{ landing }] },
    })
    const store = stores.pool('production', 'worker_production')
    await followLog({ store, control: stores.pool('control', 'worker_production') }, id)
    const response = await api.request(path, { key: staging })
    expect(response.headers.get('ETag')).toMatch(/^".+"$/)
    const { data, nextCursor } = (await response.json()) as Page<AuditEvent>
    expect(nextCursor).toBeNull()
    expect(data.map(({ type }) => type)).toEqual([
      'promotion.requested',
      'promotion.authorized',
      'asset.landed',
      'promotion.receipted',
    ])
  })

  test('is seen from both ends, by auditors and by who administers, and by nobody else', async () => {
    const { path, people, audit } = await newPromotion()
    const { engineer, owner, admin, member } = people
    const seeing = [engineer.keys.staging, engineer.keys.production, audit]
    // Admins may withdraw a promotion, so they see it, as owners do; none of them sees content by that.
    for (const key of [...seeing, owner.keys.organization, admin.keys.organization]) {
      await api.expectStatus(200, path, { key })
    }
    const elsewhere = await api.newOrganization()
    for (const key of [
      owner.keys.development,
      member.keys.organization,
      engineer.keys.organization,
      elsewhere.people.owner.keys.organization,
      elsewhere.people.owner.keys.staging,
    ]) {
      expect((await api.expectStatus<Problem>(404, path, { key })).code).toBe('not-found')
    }
  })
})
