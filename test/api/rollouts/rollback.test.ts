import { describe, expect, test } from 'vitest'
import type { AssetId } from '../../../src/domain/identifiers.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { postgresAssetStore } from '../../../src/stores/postgres.ts'
import { type FourPeople, openDeployment, type PromotionAnswer } from '../../support/deployment.ts'
import {
  bundleOf,
  carry,
  edit,
  inShort,
  newTeam,
  policyWith,
  preview,
  type StagedAsset,
  stage,
  targetOf,
} from '../plans/planning.ts'
import { activeVersion, askOf, done, refused, rolloutOf, timelineOf } from './rolling-out.ts'

const api = await openDeployment()
const control = api.testStores.superuser('control')
const store = postgresAssetStore(api.testStores.pool('production', 'worker_production'))

const body = { reason: 'Orders of the night shift are lost' }
const codes = (...values: readonly string[]) => ({ values: values.map((value) => ({ value })) })

interface Pair {
  readonly team: FourPeople
  readonly old: StagedAsset
  readonly created: StagedAsset
  readonly first: PromotionAnswer
  readonly second: PromotionAnswer
}

/** One asset that is live in its version 1; then a bundle is activated that updates it and creates another one. */
async function updatedAndCreated(policy: Policy = policyWith({})): Promise<Pair> {
  const team = await newTeam(api, policy)
  const old = await stage(api, team, 'valueSet', codes('A'))
  const first = await carry(api, team, bundleOf(team, [old]))
  await done(api, team, first, 'activate')
  await done(api, team, first, 'complete')
  const edited = await edit(api, team, old, codes('B'))
  const created = await stage(api, team, 'valueSet', codes('C'), 'Another')
  const second = await carry(api, team, bundleOf(team, [edited, created]))
  await done(api, team, second, 'activate')
  return { team, old, created, first, second }
}

interface Asset {
  readonly activeVersion: number | null
  readonly version: number
  readonly association?: { readonly status: string; readonly finding?: string }
}

function read(team: FourPeople, asset: AssetId, query = ''): Promise<Asset> {
  const key = team.people.anna.keys.production
  return api.expectStatus<Asset>(200, `/v1/assets/${asset}${query}`, { key })
}

describe('going back from a bundle that updated one asset and created another', () => {
  test('puts the older version back in use, and leaves nothing in use of the new asset', async () => {
    const { team, old, created, second } = await updatedAndCreated()
    const [updated, fresh] = [targetOf(second, old), targetOf(second, created)]
    expect([await activeVersion(api, team, updated), await activeVersion(api, team, fresh)]).toEqual([2, 1])

    const back = await done(api, team, second, 'rollback', { body, seen: '"active"' })
    expect(back).toMatchObject({
      state: 'rolled_back',
      failure: null,
      rollback: 'fast',
      completed: null,
      rolledBack: { person: team.people.anna.id, reason: body.reason },
    })
    expect(new Map(back.rolledBack?.assets.map(({ asset, version }) => [asset, version]))).toEqual(
      new Map([
        [updated, 1],
        [fresh, null],
      ]),
    )
    expect([await activeVersion(api, team, updated), await activeVersion(api, team, fresh)]).toEqual([
      1,
      null,
    ])

    await expect
      .poll(async () => (await timelineOf(api, team, second)).map(({ type }) => type).slice(3), {
        timeout: 10_000,
      })
      .toEqual([
        'rollout.activated',
        'rollout.rollback-authorized',
        'asset.rolled-back',
        'asset.rolled-back',
        'rollout.rolled-back',
      ])
    const entries = await timelineOf(api, team, second)
    const asked = entries.find(({ type }) => type === 'rollout.rollback-authorized')
    expect(asked).toMatchObject({
      actor: { person: team.people.anna.id, via: 'key' },
      details: { reasonText: { text: expect.any(String), commitment: expect.any(String) } },
    })
    expect(JSON.stringify(entries)).not.toContain(body.reason)
    expect(entries.find(({ type }) => type === 'asset.rolled-back')).toMatchObject({
      actor: { person: team.people.anna.id, via: 'workflow' },
      details: { authorization: { index: expect.any(Number) }, instead: expect.any(Number) },
    })
  })

  test('is told by both sides, and what was live before and after is known', async () => {
    const { team, old, created, second } = await updatedAndCreated()
    const [updated, fresh] = [targetOf(second, old), targetOf(second, created)]
    const before = new Date().toISOString()
    await done(api, team, second, 'rollback', { body })
    const after = new Date().toISOString()

    for (const asset of [updated, fresh]) {
      expect((await read(team, asset)).association).toMatchObject({ status: 'drifted', finding: 'restored' })
    }
    expect((await read(team, updated, `?at=${before}`)).activeVersion).toBe(2)
    expect(await read(team, updated, `?at=${after}`)).toMatchObject({
      activeVersion: 1,
      live: { version: 1, promotion: expect.not.stringMatching(second.id) },
    })
    expect((await read(team, fresh, `?at=${before}`)).activeVersion).toBe(1)
    expect(await read(team, fresh, `?at=${after}`)).toMatchObject({ activeVersion: null, live: null })

    const states = `/v1/organizations/${team.id}/assets`
    const key = team.people.owner.keys.organization
    const known = async (query = '') => {
      const { data } = await api.expectStatus<{ data: readonly (Asset & { readonly id: string })[] }>(
        200,
        `${states}${query}`,
        { key },
      )
      return [updated, fresh].map((id) => data.find((one) => one.id === id)?.activeVersion)
    }
    await expect.poll(() => known(), { timeout: 10_000 }).toEqual([1, null])
    expect(await known(`?at=${before}`)).toEqual([2, 1])
    expect(await known(`?at=${after}`)).toEqual([1, null])
    const past = await api.expectStatus<{ data: readonly (Asset & { readonly id: string })[] }>(
      200,
      `${states}?at=${after}`,
      { key },
    )
    expect(past.data.find(({ id }) => id === fresh)?.association?.status).toBe('drifted')
  })

  test('is no drift that a sweep finds, and the next promotion is warned of it', async () => {
    const { team, old, created, second } = await updatedAndCreated()
    await done(api, team, second, 'rollback', { body })
    const standing = await store.verify(team.id, [targetOf(second, old), targetOf(second, created)])
    expect(standing.map(({ pointerExplained }) => pointerExplained)).toEqual([true, true])

    const again = [await edit(api, team, old, codes('B', 'b')), await edit(api, team, created, codes('D'))]
    const planned = await preview(api, team, bundleOf(team, again))
    expect(inShort(planned).filter((finding) => finding.includes('target-restored'))).toEqual([
      'blocker target-restored',
      'blocker target-restored',
    ])
  })

  test('is the end of it: nothing more is asked of it, and the same key has the same answer', async () => {
    const { team, second } = await updatedAndCreated()
    const asked = { body, idempotencyKey: crypto.randomUUID() }
    const first = await askOf(api, team, second, 'rollback', asked)
    const again = await askOf(api, team, second, 'rollback', asked)
    expect([first.status, again.status]).toEqual([200, 200])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    for (const act of ['activate', 'complete'] as const) {
      expect((await refused(api, team, second, act)).slice(0, 2)).toEqual([409, 'illegal-state'])
    }
    expect((await refused(api, team, second, 'rollback', { body })).slice(0, 2)).toEqual([
      409,
      'illegal-state',
    ])
  })
})

describe('going back is refused', () => {
  test('where another promotion is in use by now, and the rollout stays active and tells why', async () => {
    const { team, old, created, second } = await updatedAndCreated()
    const third = await carry(api, team, bundleOf(team, [await edit(api, team, old, codes('E'))]))
    await done(api, team, third, 'activate')
    expect(await done(api, team, second, 'rollback', { body })).toMatchObject({
      state: 'active',
      failure: 'superseded',
      rolledBack: { assets: [] },
    })
    expect(await activeVersion(api, team, targetOf(second, old))).toBe(3)
    expect(await activeVersion(api, team, targetOf(second, created))).toBe(1)

    // Once the newer one has gone back, so may this one: under new fences, by a new command.
    expect((await done(api, team, third, 'rollback', { body })).state).toBe('rolled_back')
    expect(await activeVersion(api, team, targetOf(second, old))).toBe(2)
    expect(await done(api, team, second, 'rollback', { body })).toMatchObject({
      state: 'rolled_back',
      failure: null,
    })
    expect(await activeVersion(api, team, targetOf(second, old))).toBe(1)
    const { rows } = await control.query(
      "SELECT attempt FROM production_grant WHERE promotion = $1 AND purpose = 'rollback' ORDER BY 1",
      [second.id],
    )
    expect(rows).toEqual([{ attempt: 1 }, { attempt: 2 }])
  })

  test.each([
    ['approval', policyWith({ rollback: 'approval' })],
    ['nothing', { rules: policyWith({}).rules.map(({ rollback: _, ...rule }) => rule) }],
  ])('where the policy that it was promoted by says %s', async (_, policy) => {
    const { team, second } = await updatedAndCreated(policy)
    const [status, code, detail] = await refused(api, team, second, 'rollback', { body })
    expect([status, code]).toEqual([403, 'forbidden'])
    expect(detail).toContain('Promote the earlier content instead.')
    expect(await rolloutOf(api, team, second)).toMatchObject({ state: 'active', rollback: 'approval' })
  })

  test('without a reason, and with a secret in it', async () => {
    const { team, second } = await updatedAndCreated()
    expect((await refused(api, team, second, 'rollback', { body: {} })).slice(0, 2)).toEqual([
      422,
      'invalid-body',
    ])
    const secret = { reason: 'The key is AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
    expect((await refused(api, team, second, 'rollback', { body: secret }))[1]).toBe('literal-secret')
    expect((await rolloutOf(api, team, second)).state).toBe('active')
  })

  test('to who is no engineer of production', async () => {
    const { team, second } = await updatedAndCreated()
    const key = team.people.ben.keys.production
    expect((await refused(api, team, second, 'rollback', { body, key })).slice(0, 2)).toEqual([
      403,
      'forbidden',
    ])
  })
})

test('no words and no name of a person enter the story of a rollout', async () => {
  const { team, second } = await updatedAndCreated()
  await done(api, team, second, 'rollback', { body })
  const { rows } = await control.query<{ data: string }>(
    "SELECT convert_from(data, 'UTF8') AS data FROM stream_event WHERE stream_kind = 'rollout' AND stream = $1",
    [second.id],
  )
  expect(rows.length).toBe(4)
  for (const { data } of rows) expect(data).not.toMatch(/night shift|anna/)
})
