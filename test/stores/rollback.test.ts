import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import type { AuthorizedBundle } from '../../src/services/asset-store.ts'
import { postgresAssetStore } from '../../src/stores/postgres.ts'
import { attack, deniedOn, refusedBy } from '../db/attacks/attack.ts'
import { hexadecimal } from '../db/attacks/session.ts'
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
  unchangedOf,
  updateOf,
} from './fixture.ts'

const stores = await openStores()
const production = stores.superuser('production')
const store = postgresAssetStore(stores.pool('production', 'worker_production'))

async function active({ organization }: AuthorizedBundle, { target }: { readonly target: string }) {
  return (await assetRow(production, organization, target))?.active
}

/** Lands a bundle and activates it, under the next fence. */
async function activated(bundle: AuthorizedBundle): Promise<AuthorizedBundle> {
  await store.land(bundle)
  expect((await store.activate(fencedBy(bundle, 1))).kind).toBe('performed')
  return bundle
}

/** A bundle in use that updated one asset, left one unchanged and created one, after those were in use before. */
async function replaced() {
  const [updated, kept] = [itemOf(), itemOf()]
  const first = await activated(bundleOf([updated, { ...kept, position: 2 }]))
  const items = [
    updateOf(updated, 1, { fence: 3 }),
    { ...unchangedOf(kept, 1), fence: 3 },
    itemOf({ fence: 3 }),
  ]
  const second = await activated(nextBundle(first, items))
  return { first, second, updated, kept, created: second.items[2] ?? itemOf() }
}

async function refusal(bundle: AuthorizedBundle): Promise<string> {
  const before = await contentsOf(production, bundle.organization)
  const entries = await entriesOf(production, bundle.organization)
  const answer = await store.rollback(bundle)
  expect(await contentsOf(production, bundle.organization)).toEqual(before)
  const added = (await entriesOf(production, bundle.organization)).slice(entries.length)
  const code = answer.kind === 'refused' ? answer.code : answer.kind
  expect(added).toMatchObject([
    {
      type: 'landing.refused',
      data: { promotion: bundle.promotion, outcome: 'refused', details: { code, purpose: 'rollback' } },
    },
  ])
  return code
}

describe('a roll-back', () => {
  test('puts back in use what was, for the whole bundle, and takes out of use what nothing was before', async () => {
    const { second, updated, kept, created } = await replaced()
    const answer = await store.rollback(fencedBy(second, 2))
    if (answer.kind === 'refused') throw new Error(answer.code)
    expect(new Map(answer.items.map(({ asset, version }) => [asset, version]))).toEqual(
      new Map([
        [updated.target, 1],
        [created.target, null],
      ]),
    )
    expect(await active(second, updated)).toBe(1)
    expect(await active(second, kept)).toBe(1)
    expect(await active(second, created)).toBeNull()
    expect(await assetRow(production, second.organization, updated.target)).toMatchObject({ version: 2 })
  })

  test('is told for what moved, with what allowed it and what was in use until then', async () => {
    const { second, updated, created } = await replaced()
    const earlier = await entriesOf(production, second.organization)
    await store.rollback(fencedBy(second, 2))
    const told = (await entriesOf(production, second.organization)).slice(earlier.length)
    expect(told.map(({ type }) => type)).toEqual(['asset.rolled-back', 'asset.rolled-back'])
    expect(told.find(({ data }) => data.asset === updated.target)?.data).toMatchObject({
      actor: { person: updated.person, via: 'workflow' },
      promotion: second.promotion,
      version: 1,
      digest: updated.digest,
      details: { instead: 2, fence: 5, authorization: grant },
    })
    const nothing = told.find(({ data }) => data.asset === created.target)?.data
    expect(nothing).toMatchObject({ version: 0, details: { instead: 1 } })
    expect(nothing).not.toHaveProperty('digest')
  })

  test('happens once, and answers the same even after something newer is in use', async () => {
    const { second, updated } = await replaced()
    const answer = await store.rollback(fencedBy(second, 2))
    await activated(nextBundle(second, [updateOf(firstOf(second.items), 2, { fence: 7 })]))
    const before = await contentsOf(production, second.organization)
    expect(await store.rollback(fencedBy(second, 2))).toEqual(answer)
    expect(await contentsOf(production, second.organization)).toEqual(before)
    expect(await active(second, updated)).toBe(3)
  })

  test('happens once when two workers try at the same time', async () => {
    const { second } = await replaced()
    const entries = await entriesOf(production, second.organization)
    const back = fencedBy(second, 2)
    const [one, other] = await Promise.all([store.rollback(back), store.rollback(back)])
    expect(one).toEqual(other)
    expect(await entriesOf(production, second.organization)).toHaveLength(entries.length + 2)
  })

  test('leaves the answer of the activation as it was', async () => {
    const { second } = await replaced()
    const before = await store.activate(fencedBy(second, 1))
    await store.rollback(fencedBy(second, 2))
    expect(await store.activate(fencedBy(second, 1))).toEqual(before)
  })

  test('takes out of use what landed unchanged and nothing of it was in use', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    const second = await activated(nextBundle(first, [unchangedOf(standing, 1)]))
    await store.rollback(fencedBy(second, 2))
    expect(await active(first, standing)).toBeNull()
  })

  test('moves nothing where its activation moved nothing, as often as it is asked', async () => {
    const kept = itemOf()
    const first = await activated(bundleOf([kept]))
    const second = await activated(nextBundle(first, [{ ...unchangedOf(kept, 1), fence: 3 }]))
    for (const _ of [1, 2]) {
      expect(await store.rollback(fencedBy(second, 2))).toEqual({ kind: 'performed', items: [] })
    }
    expect(await active(second, kept)).toBe(1)
  })

  test('is no drift: the pointer is where the newest act left it', async () => {
    const { second } = await replaced()
    await store.rollback(fencedBy(second, 2))
    const standing = await store.verify(
      second.organization,
      second.items.map(({ target }) => target),
    )
    expect(standing.map(({ pointerExplained }) => pointerExplained)).toEqual([true, true, true])
  })
})

describe('a roll-back is refused and changes nothing', () => {
  test('when something else is in use of one of its assets by now', async () => {
    const { second } = await replaced()
    await activated(nextBundle(second, [updateOf(firstOf(second.items), 2, { fence: 5 })]))
    expect(await refusal(fencedBy(second, 9))).toBe('superseded')
  })

  test('when an older version was restored meanwhile', async () => {
    const { second, updated } = await replaced()
    const { environment, type, name, person, target: asset } = updated
    await store.perform({
      ...{ organization: second.organization, id: uuidv7() as never, kind: 'restore', environment, asset },
      ...{ type, name, person, expectedVersion: 2, restoredVersion: 1, fence: 5, grant },
    })
    expect(await refusal(fencedBy(second, 9))).toBe('superseded')
  })

  test('when a higher fence was seen on one of its assets', async () => {
    const { second } = await replaced()
    expect(await refusal(fencedBy(second, -1))).toBe('fenced')
  })

  test('when it was not activated', async () => {
    const bundle = bundleOf([itemOf()])
    await store.land(bundle)
    expect(await refusal(fencedBy(bundle, 1))).toBe('not-activated')
  })

  test('when what was in use before was not kept', async () => {
    const { second } = await replaced()
    await production.query('ALTER TABLE performed_act DISABLE TRIGGER keep_rows')
    await production.query('UPDATE performed_act SET instead = NULL WHERE organization = $1', [
      second.organization,
    ])
    await production.query('ALTER TABLE performed_act ENABLE ALWAYS TRIGGER keep_rows')
    expect(await refusal(fencedBy(second, 2))).toBe('predecessor-unknown')
  })

  test('when the bytes of what was in use before were erased', async () => {
    const { second, updated } = await replaced()
    await production.query('UPDATE content SET bytes = NULL WHERE organization = $1 AND digest = $2', [
      second.organization,
      hexadecimal(updated.digest),
    ])
    expect(await refusal(fencedBy(second, 2))).toBe('content-erased')
  })

  test('when one of its assets was deleted', async () => {
    const { second, created } = await replaced()
    await production.query('UPDATE asset SET deleted_at = now() WHERE organization = $1 AND id = $2', [
      second.organization,
      created.target,
    ])
    expect(await refusal(fencedBy(second, 2))).toBe('target-moved')
  })
})

describe('the database keeps what is in use', () => {
  const speaking = (login: 'worker_production' | 'superuser' | 'api', organization: string) =>
    ({ stores, login, organization, store: 'production' }) as const
  const remove = 'DELETE FROM active_version WHERE organization = $1 AND asset = $2'

  test.each(['worker_production', 'superuser'] as const)(
    'from %s who takes a version out of use without a roll-back, or after one',
    async (login) => {
      const { second, updated, created } = await replaced()
      const stays = refusedBy('42501', 'what is in use stays in use unless it is rolled back')
      const trying = (asset: string) =>
        attack(speaking(login, second.organization), (session) =>
          session.query(remove, [second.organization, asset]),
        )
      expect(await trying(updated.target)).toEqual(stays)
      await store.rollback(fencedBy(second, 2))
      await activated(nextBundle(second, [updateOf(created, 1, { fence: 7 })]))
      expect(await trying(created.target)).toEqual(stays)
    },
  )

  test.each(['worker_production', 'superuser'] as const)(
    'from %s who rolls back to what was not in use before, or what was not activated',
    async (login) => {
      const { second, updated } = await replaced()
      const other = bundleOf([itemOf()], { organization: second.organization })
      await store.land(other)
      const row = { purpose: 'rollback', entry: uuidv7() }
      const rows = [
        { ...row, act: second.promotion, asset: updated.target, version: 2 },
        { ...row, act: second.promotion, asset: updated.target, version: null },
        { ...row, act: other.promotion, asset: firstOf(other.items).target, version: null },
      ]
      for (const tried of rows) {
        const trying = attack(speaking(login, second.organization), (session) =>
          session.put('performed_act', tried),
        )
        expect(await trying).toEqual(refusedBy('23514', 'rollback_of_what_was_activated'))
      }
    },
  )

  test('from the API, which takes nothing out of use', async () => {
    const { second, updated } = await replaced()
    const trying = attack(speaking('api', second.organization), (session) =>
      session.query(remove, [second.organization, updated.target]),
    )
    expect(await trying).toEqual(deniedOn('active_version'))
  })
})
