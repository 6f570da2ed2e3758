import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { identifier } from '../../src/domain/identifiers.ts'
import { postgresAssetStore } from '../../src/stores/postgres.ts'
import { openStores } from '../support/stores.ts'
import { bundleOf, contentsOf, entriesOf, fencedBy, itemOf, nextBundle, updateOf } from './fixture.ts'

const stores = await openStores()
const production = stores.superuser('production')
const store = postgresAssetStore(stores.pool('production', 'worker_production'))

describe('a landing is refused and writes nothing but the entry of the refusal', () => {
  async function refusal(bundle: Parameters<typeof store.land>[0]): Promise<string> {
    const before = await contentsOf(production, bundle.organization)
    const entries = await entriesOf(production, bundle.organization)
    const answer = await store.land(bundle)
    expect(await contentsOf(production, bundle.organization)).toEqual(before)
    const added = (await entriesOf(production, bundle.organization)).slice(entries.length)
    const code = answer.kind === 'refused' ? answer.code : answer.kind
    expect(added).toMatchObject([
      {
        type: 'landing.refused',
        subject: `promotion/${bundle.promotion}`,
        data: {
          outcome: 'refused',
          promotion: bundle.promotion,
          details: { code, revision: bundle.revision },
        },
      },
    ])
    return code
  }

  test('when production has moved since the plan was made', async () => {
    const created = itemOf()
    const first = bundleOf([created])
    await store.land(first)
    await store.land(nextBundle(first, [updateOf(created, 1)]))
    const late = updateOf(created, 1, { fence: 9 })
    expect(await refusal(nextBundle(first, [late]))).toBe('target-moved')
  })

  test('as a whole, when only its third item has moved', async () => {
    const created = itemOf()
    const first = bundleOf([created, itemOf()])
    await store.land(first)
    const third = updateOf(created, 1, { baseline: { version: 2, digest: created.digest } })
    expect(await refusal(nextBundle(first, [updateOf(first.items[1] ?? created, 1), itemOf(), third]))).toBe(
      'target-moved',
    )
  })

  test('when the baseline has the right number and another digest', async () => {
    const created = itemOf()
    const first = bundleOf([created])
    await store.land(first)
    const baseline = { version: 1, digest: itemOf().digest }
    expect(await refusal(nextBundle(first, [updateOf(created, 1, { baseline })]))).toBe('target-moved')
  })

  test('when an asset to be created exists, and when one to be changed does not', async () => {
    const created = itemOf()
    const first = bundleOf([created])
    await store.land(first)
    expect(await refusal(nextBundle(first, [{ ...created, fence: 2 }]))).toBe('target-moved')
    expect(await refusal(nextBundle(first, [updateOf(itemOf(), 1)]))).toBe('target-moved')
  })

  test('when the asset belongs to another environment or is of another type', async () => {
    const created = itemOf()
    const first = bundleOf([created])
    await store.land(first)
    const elsewhere = updateOf(created, 1, { environment: identifier(uuidv7()) })
    expect(await refusal(nextBundle(first, [elsewhere]))).toBe('target-moved')
    expect(await refusal(nextBundle(first, [updateOf(created, 1, { type: 'filter' })]))).toBe('target-moved')
  })

  test('when a higher fence was seen on one of its assets', async () => {
    const created = itemOf({ fence: 7 })
    const first = bundleOf([created])
    await store.land(first)
    const lower = updateOf(created, 1, { fence: 6 })
    expect(await refusal(nextBundle(first, [itemOf(), lower, itemOf()]))).toBe('fenced')
  })

  test('when its bytes were erased from production', async () => {
    const created = itemOf({ content: { erased: 'later' } })
    const first = bundleOf([created])
    await store.land(first)
    await production.query('UPDATE content SET bytes = NULL WHERE organization = $1', [first.organization])
    const again = itemOf({ content: { erased: 'later' } })
    expect(await refusal(nextBundle(first, [itemOf(), again]))).toBe('content-erased')
    expect(await store.readBack(first.organization, first.promotion, 1)).toEqual({
      kind: 'refused',
      code: 'content-erased',
    })
  })

  test('after its discard, under any fence', async () => {
    const bundle = bundleOf([itemOf(), itemOf()])
    await store.discard(fencedBy(bundle, 1))
    expect(await refusal(bundle)).toBe('discarded')
    expect(await refusal(fencedBy(bundle, 2))).toBe('discarded')
  })

  test('when the store is reached with bytes that are not those of the digest, which is no answer', async () => {
    const bundle = bundleOf([{ ...itemOf(), bytes: itemOf().bytes }])
    await expect(store.land(bundle)).rejects.toThrow()
    expect((await contentsOf(production, bundle.organization)).landing).toEqual([])
  })
})
