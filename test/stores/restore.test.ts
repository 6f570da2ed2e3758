import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { identifier } from '../../src/domain/identifiers.ts'
import type { AuthorizedBundle, RestoringAct } from '../../src/services/asset-store.ts'
import { postgresAssetStore } from '../../src/stores/postgres.ts'
import { openStores } from '../support/stores.ts'
import {
  assetRow,
  bundleOf,
  contentsOf,
  entriesOf,
  fencedBy,
  firstOf,
  grant,
  itemOf,
  nextBundle,
  updateOf,
} from './fixture.ts'

const stores = await openStores()
const production = stores.superuser('production')
const store = postgresAssetStore(stores.pool('production', 'worker_production'))

function restoreOf(bundle: AuthorizedBundle, parts: Partial<RestoringAct> = {}): RestoringAct {
  const { target: asset, environment, type, name, person } = firstOf(bundle.items)
  return {
    organization: bundle.organization,
    id: identifier(uuidv7()),
    kind: 'restore',
    environment,
    asset,
    type,
    name,
    expectedVersion: 2,
    restoredVersion: 1,
    person,
    fence: 10,
    grant,
    ...parts,
  }
}

/** An asset whose versions 1 and 2 were in use one after the other; version 3 landed and was not. */
async function threeVersions(): Promise<AuthorizedBundle> {
  const item = itemOf()
  const first = bundleOf([item])
  await store.land(first)
  await store.activate(fencedBy(first, 1))
  const second = nextBundle(first, [updateOf(item, 1, { fence: 3 })])
  await store.land(second)
  await store.activate(fencedBy(second, 1))
  const third = nextBundle(first, [updateOf(firstOf(second.items), 2, { fence: 5 })])
  await store.land(third)
  return third
}

const active = async ({ organization, items }: AuthorizedBundle) =>
  (await assetRow(production, organization, firstOf(items).target))?.active

async function refusal(act: RestoringAct): Promise<string> {
  const before = await contentsOf(production, act.organization)
  const entries = await entriesOf(production, act.organization)
  const answer = await store.perform(act)
  expect(await contentsOf(production, act.organization)).toEqual(before)
  const added = (await entriesOf(production, act.organization)).slice(entries.length)
  const code = answer.kind === 'refused' ? answer.code : answer.kind
  expect(added).toMatchObject([
    { type: 'landing.refused', data: { asset: act.asset, details: { code, purpose: 'restore' } } },
  ])
  return code
}

describe('restoring a version in production', () => {
  test('puts it in use again, writes no version, and is told with what allowed it', async () => {
    const bundle = await threeVersions()
    const act = restoreOf(bundle)
    expect(await store.perform(act)).toEqual({ kind: 'performed', version: 1 })
    expect(await assetRow(production, act.organization, act.asset)).toMatchObject({ version: 3, active: 1 })
    const told = (await entriesOf(production, act.organization)).at(-1)
    expect(told?.type).toBe('asset.restored')
    expect(told?.data).toMatchObject({
      actor: { person: act.person, via: 'workflow' },
      asset: act.asset,
      version: 1,
      details: { command: act.id, fence: 10, instead: 2, authorization: grant },
    })
  })

  test('goes back and forward among versions that were in use', async () => {
    const bundle = await threeVersions()
    await store.perform(restoreOf(bundle))
    const forward = restoreOf(bundle, { expectedVersion: 1, restoredVersion: 2, fence: 11 })
    expect(await store.perform(forward)).toEqual({ kind: 'performed', version: 2 })
    expect(await active(bundle)).toBe(2)
  })

  test('is done once for its command, however often it is asked and whatever came after it', async () => {
    const bundle = await threeVersions()
    const act = restoreOf(bundle)
    const answers = await Promise.all([store.perform(act), store.perform(act)])
    await store.activate(fencedBy(bundle, 10))
    answers.push(await store.perform(act))
    expect(answers).toEqual(Array(3).fill({ kind: 'performed', version: 1 }))
    expect(await active(bundle)).toBe(3)
    const told = await entriesOf(production, bundle.organization)
    expect(told.filter(({ type }) => type === 'asset.restored')).toHaveLength(1)
  })

  test('is refused, and writes nothing, when a higher fence was seen or another version is in use', async () => {
    const bundle = await threeVersions()
    expect(await refusal(restoreOf(bundle, { fence: 3 }))).toBe('fenced')
    expect(await refusal(restoreOf(bundle, { expectedVersion: 1 }))).toBe('target-moved')
    expect(await refusal(restoreOf(bundle, { restoredVersion: 2 }))).toBe('target-moved')
    expect(await refusal(restoreOf(bundle, { type: 'filter' }))).toBe('target-moved')
    expect(await refusal(restoreOf(bundle, { asset: identifier(uuidv7()) }))).toBe('target-moved')
  })

  test('is refused for a version that was never in use, does not exist, or was erased', async () => {
    const bundle = await threeVersions()
    expect(await refusal(restoreOf(bundle, { restoredVersion: 3 }))).toBe('never-live')
    expect(await refusal(restoreOf(bundle, { restoredVersion: 9 }))).toBe('never-live')
    await production.query('UPDATE content SET bytes = NULL WHERE organization = $1', [bundle.organization])
    expect(await refusal(restoreOf(bundle))).toBe('content-erased')
  })

  test('of two at once lets one act on what it saw, and refuses the other', async () => {
    const bundle = await threeVersions()
    const answers = await Promise.all([store.perform(restoreOf(bundle)), store.perform(restoreOf(bundle))])
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['performed', 'refused'])
  })

  test('leaves a pointer that its own record explains', async () => {
    const bundle = await threeVersions()
    const { organization } = bundle
    const { target } = firstOf(bundle.items)
    await store.perform(restoreOf(bundle))
    expect(await store.verify(organization, [target])).toMatchObject([{ version: 3, pointerExplained: true }])
    await production.query('UPDATE active_version SET version = 2 WHERE organization = $1', [organization])
    expect(await store.verify(organization, [target])).toMatchObject([{ pointerExplained: false }])
  })
})

test('what stands is answered in the order asked, also what is not there', async () => {
  const bundle = await threeVersions()
  const { target, digest } = firstOf(bundle.items)
  const missing = identifier<typeof target>(uuidv7())
  expect(await store.verify(bundle.organization, [missing, target])).toMatchObject([
    { asset: missing, version: 0, digest: null, stored: false },
    { asset: target, version: 3, digest, recordedDigest: digest, stored: true, promotion: bundle.promotion },
  ])
  expect(await store.verify(identifier(uuidv7()), [target])).toMatchObject([{ version: 0 }])
})
