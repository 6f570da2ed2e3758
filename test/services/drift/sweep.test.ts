import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { SweepCounts } from '../../../src/domain/drift/sweep.ts'
import type { AssetId } from '../../../src/domain/identifiers.ts'
import { openTemporalClient } from '../../../src/temporal/connection.ts'
import { driftScheduleId, keepDriftSchedule } from '../../../src/temporal/drift-schedule.ts'
import {
  createValueSet,
  type FourPeople,
  fourPeople,
  openDeployment,
  promote,
} from '../../support/deployment.ts'
import { foreignHand } from './production-changes.ts'

const api = await openDeployment()
const { client } = openTemporalClient(api.temporal)

interface Seen {
  readonly association: { readonly status: string; readonly finding?: string }
}

interface Entry {
  readonly type: string
  readonly actor: { readonly person?: string; readonly via: string }
  readonly promotion: string
  readonly details: {
    readonly finding?: string
    readonly landed: { readonly version: number; readonly digest: string }
    readonly found: { readonly version: number; readonly digest?: string }
  }
}

async function promoted() {
  const organization = await api.newOrganization({ people: fourPeople })
  const source = await createValueSet(api, organization)
  const promotion = await promote(api, organization, [source])
  const target = promotion.items[0]?.target?.id
  if (target === undefined) throw new Error('nothing was promoted')
  return { organization, source: source.id, target, promotion: promotion.id }
}

async function parityDrift({ people, environments }: FourPeople): Promise<readonly AssetId[]> {
  const { drifted } = await api.expectStatus<{ drifted: { data: readonly { asset: AssetId }[] } }>(
    200,
    `/v1/environments/${environments.staging}/parity?with=${environments.production}`,
    { key: people.requester.keys.staging },
  )
  return drifted.data.map(({ asset }) => asset)
}

function sweep(): Promise<SweepCounts> {
  return client.workflow.execute('driftSweepWorkflow', {
    workflowId: `drift-sweep-${randomUUID()}`,
    taskQueue: 'control',
    args: [{}],
  })
}

async function associationOf(key: string | undefined, asset: AssetId): Promise<Seen['association']> {
  const { association } = await api.expectStatus<Seen>(200, `/v1/assets/${asset}`, { key })
  return association
}

async function driftEntries({ people }: FourPeople, asset: AssetId): Promise<readonly Entry[]> {
  const { data } = await api.expectStatus<{ data: readonly Entry[] }>(
    200,
    `/v1/audit/events?asset=${asset}&limit=100`,
    { key: people.owner.keys.organization },
  )
  return data.filter(({ type }) => /^asset\.(drifted|in-sync-again)$/.test(type)).toReversed()
}

describe('a sweep', () => {
  test('tells nothing of what stands as it landed', async () => {
    const { organization, target } = await promoted()
    const counts = await sweep()
    expect(counts.compared).toBeGreaterThan(0)
    expect(counts.unreached).toBe(0)
    expect(await driftEntries(organization, target)).toEqual([])
  })

  test('tells once of each change that no promotion made, to both sides, and once that it is over', async () => {
    const { organization, source, target, promotion } = await promoted()
    const staging = organization.people.requester.keys.staging
    const hand = foreignHand(api.testStores, organization.id, target)
    await hand.write(['C'])
    await sweep()
    await sweep()
    const [drifted, ...others] = await driftEntries(organization, target)
    expect(others).toEqual([])
    expect(drifted).toMatchObject({ type: 'asset.drifted', promotion, details: { finding: 'changed' } })
    expect(drifted?.actor).toEqual({ via: 'drift-sweep' })
    expect(drifted?.details.landed.version).toBe(1)
    expect(drifted?.details.found.version).toBe(2)
    expect(drifted?.details.found.digest).not.toBe(drifted?.details.landed.digest)
    expect(await associationOf(staging, source)).toMatchObject({ status: 'drifted', finding: 'changed' })
    expect(await parityDrift(organization)).toEqual([source])

    await hand.write(['D'])
    await sweep()
    expect(await driftEntries(organization, target)).toHaveLength(2)
    await hand.setVersion(1)
    await sweep()
    await sweep()
    const entries = await driftEntries(organization, target)
    expect(entries.map(({ type }) => type)).toEqual(['asset.drifted', 'asset.drifted', 'asset.in-sync-again'])
    expect(await associationOf(staging, source)).toMatchObject({ status: 'in_sync' })
    expect(await parityDrift(organization)).toEqual([])
  })

  test('tells erased bytes, a missing asset and a moved pointer apart', async () => {
    const erased = await promoted()
    const missing = await promoted()
    const repointed = await promoted()
    await foreignHand(api.testStores, erased.organization.id, erased.target).erase()
    await foreignHand(api.testStores, missing.organization.id, missing.target).remove(true)
    await foreignHand(api.testStores, repointed.organization.id, repointed.target).point(1)
    await sweep()
    const findings = await Promise.all(
      [erased, missing, repointed].map(async ({ organization, target }) => {
        const entries = await driftEntries(organization, target)
        return entries.map(({ details }) => details.finding)
      }),
    )
    expect(findings).toEqual([['erased'], ['missing'], ['repointed']])
    const staging = erased.organization.people.requester.keys.staging
    expect(await associationOf(staging, erased.source)).toMatchObject({ finding: 'erased' })
  })

  test('finds a version that was set back, which an older promotion landed', async () => {
    const { organization, source, target } = await promoted()
    await api.expectStatus(200, `/v1/assets/${source}`, {
      key: organization.people.editor.keys.staging,
      method: 'PUT',
      body: { content: { values: [{ value: 'Z' }] } },
      headers: { 'If-Match': '*' },
    })
    await promote(api, organization, [{ id: source }])
    await foreignHand(api.testStores, organization.id, target).setVersion(1)
    await sweep()
    expect(await driftEntries(organization, target)).toMatchObject([
      { details: { finding: 'changed', landed: { version: 2 }, found: { version: 1 } } },
    ])
  })

  test('starts by its schedule, which is made, changed and removed as often as anybody likes', async () => {
    const { organization, target } = await promoted()
    await foreignHand(api.testStores, organization.id, target).write(['E'])
    await keepDriftSchedule(client, 3_600_000)
    await keepDriftSchedule(client, 1_000)
    await keepDriftSchedule(client, 1_000)
    const handle = client.schedule.getHandle(driftScheduleId)
    const { spec, policies } = await handle.describe()
    expect(spec.intervals).toMatchObject([{ every: 1_000 }])
    expect(policies.overlap).toBe('SKIP')
    await expect
      .poll(async () => (await driftEntries(organization, target)).length, { timeout: 20_000, interval: 100 })
      .toBe(1)
    await keepDriftSchedule(client, null)
    await keepDriftSchedule(client, null)
    await expect(handle.describe()).rejects.toThrow()
  })
})

describe('reading an asset of production', () => {
  test('finds other bytes by itself, says so and logs it once', async () => {
    const { organization, target } = await promoted()
    const { anna } = organization.people
    expect(await associationOf(anna.keys.production, target)).toMatchObject({ status: 'in_sync' })
    await foreignHand(api.testStores, organization.id, target).write(['F'])
    for (const key of [anna.keys.production, organization.people.requester.keys.production]) {
      expect(await associationOf(key, target)).toMatchObject({ status: 'drifted', finding: 'changed' })
    }
    const entries = await driftEntries(organization, target)
    expect(entries).toHaveLength(1)
    expect(entries[0]?.actor).toMatchObject({ person: anna.id, via: 'key' })
    await sweep()
    expect(await driftEntries(organization, target)).toHaveLength(1)
  })

  test('computes the digest from the stored bytes, whatever their row says', async () => {
    const { organization, target } = await promoted()
    const production = api.testStores.superuser('production')
    await production.query('ALTER TABLE content DISABLE TRIGGER keep_rows')
    await production.query('ALTER TABLE content DROP CONSTRAINT content_check')
    await production.query('UPDATE content SET bytes = $2 WHERE organization = $1', [
      organization.id,
      Buffer.from('{"values":[{"value":"swapped"}]}'),
    ])
    await production.query('ALTER TABLE content ENABLE ALWAYS TRIGGER keep_rows')
    const { anna } = organization.people
    expect(await associationOf(anna.keys.production, target)).toMatchObject({
      status: 'drifted',
      finding: 'changed',
    })
    expect(await driftEntries(organization, target)).toHaveLength(1)
  })

  test('shows the same in a list of production and on the side of staging', async () => {
    const { organization, source, target } = await promoted()
    const { anna, requester } = organization.people
    await foreignHand(api.testStores, organization.id, target).write(['G'])
    const path = `/v1/environments/${organization.environments.production}/assets`
    const { data } = await api.expectStatus<{ data: readonly Seen[] }>(200, path, {
      key: anna.keys.production,
    })
    expect(data).toMatchObject([{ association: { status: 'drifted' } }])
    await associationOf(anna.keys.production, target)
    expect(await associationOf(requester.keys.staging, source)).toMatchObject({ status: 'drifted' })
  })
})
