import { describe, expect, test } from 'vitest'
import { storeOrigin } from '../../../src/db/stores.ts'
import { identifier } from '../../../src/domain/identifiers.ts'
import { activatePromotion } from '../../../src/services/production/activate-promotion.ts'
import { discardPromotion } from '../../../src/services/production/discard-promotion.ts'
import { landPromotion } from '../../../src/services/production/land-promotion.ts'
import type { ProductionContext } from '../../../src/services/production/production-context.ts'
import { readBackPromotion } from '../../../src/services/production/read-back-promotion.ts'
import { readBaselines } from '../../../src/services/production/read-baselines.ts'
import { receivePromotion } from '../../../src/services/production/receive-promotion.ts'
import { postgresAssetStore } from '../../../src/stores/postgres.ts'
import {
  assetRow,
  bundleOf,
  contentsOf,
  entriesOf,
  firstOf,
  itemOf,
  landedItems,
  updateOf,
  verdictOn,
} from '../../stores/fixture.ts'
import { installation } from '../../support/cluster.ts'
import { openStores } from '../../support/stores.ts'
import { approvedPromotion, grantTo } from './authorized-promotion.ts'
import { newWorld } from './world.ts'

const stores = await openStores()
const control = stores.superuser('control')
const production = stores.superuser('production')
const store = postgresAssetStore(stores.pool('production', 'worker_production'))
const context: ProductionContext = { control: stores.pool('control', 'worker_production'), store }

/** A new organization's approved promotion that creates two assets. */
async function approved() {
  const world = await newWorld(stores)
  const { items } = bundleOf([itemOf(), itemOf()])
  return { world, items, reference: await approvedPromotion(world, items) }
}

async function granted() {
  const promotion = await approved()
  const place = await grantTo(promotion.world, promotion.reference, promotion.items, 'land')
  return { ...promotion, place }
}

async function receipts(organization: string) {
  const query = `SELECT position, landed_version AS version, encode(landed_digest, 'hex') AS digest,
    landing_origin AS origin, landing_index::integer AS index, encode(landing_leaf_hash, 'hex') AS "leafHash"
    FROM receipt WHERE organization = $1 ORDER BY position`
  return (await control.query(query, [organization])).rows
}

describe('what control does not allow, production does not do', () => {
  const notAuthorized = { kind: 'refused', code: 'not-authorized' }

  test('for a promotion that is approved without a grant, and for one that does not exist', async () => {
    const { reference } = await approved()
    for (const asked of [reference, { ...reference, promotion: bundleOf([]).promotion }]) {
      expect(await landPromotion(context, asked)).toEqual(notAuthorized)
      expect(await discardPromotion(context, asked)).toEqual(notAuthorized)
      expect(await activatePromotion(context, asked)).toEqual(notAuthorized)
      expect(await receivePromotion(context, asked)).toEqual(notAuthorized)
    }
    expect(Object.values(await contentsOf(production, reference.organization)).flat()).toEqual([])
  })

  test('for another purpose, revision or organization than the granted one', async () => {
    const { reference } = await granted()
    expect(await landPromotion(context, { ...reference, revision: 2 })).toEqual(notAuthorized)
    expect(
      await landPromotion(context, { ...reference, organization: identifier(reference.promotion) }),
    ).toEqual(notAuthorized)
    await landPromotion(context, reference)
    expect(await activatePromotion(context, reference)).toEqual(notAuthorized)
    expect(await discardPromotion(context, reference)).toEqual(notAuthorized)
    expect(landedItems(await readBackPromotion(context, reference))).toHaveLength(2)
  })
})

describe('an authorized promotion', () => {
  test('lands the approved bytes under the grant that its entries cite', async () => {
    const { world, items, reference, place } = await granted()
    const landed = landedItems(await landPromotion(context, reference))
    expect(landed.map(({ asset, digest }) => [asset, digest])).toEqual(
      items.map(({ target, digest }) => [target, digest]),
    )
    const origin = `${storeOrigin(installation, 'control')}/${world.organization}`
    for (const { data } of await entriesOf(production, world.organization)) {
      expect(data).toMatchObject({
        environment: world.production,
        actor: { person: world.requester },
        details: { authorization: { origin, ...place } },
      })
    }
    const inControl = (await entriesOf(control, world.organization))[place.index]
    expect(inControl).toMatchObject({ type: 'promotion.authorized', leafHash: place.leafHash })
    expect(await verdictOn(control, world.organization, origin)).toMatchObject({ verified: true })
  })

  test('is compared with the baselines that its plan names', async () => {
    const { world, items, reference } = await granted()
    await landPromotion(context, reference)
    const targets = items.map(({ target }) => target)
    const { organization } = world
    const baselines = await readBaselines(context, { organization, assets: targets })
    expect(baselines.map(({ version }) => version)).toEqual([1, 1])
    const updates = items.map((item) => updateOf(item, 1, { position: item.position }))
    for (const expected of [{ kind: 'landed' }, { kind: 'refused', code: 'target-moved' }]) {
      const fenced = updates.map((item) => ({ ...item, fence: expected.kind === 'landed' ? 2 : 3 }))
      const next = await approvedPromotion(world, fenced)
      await grantTo(world, next, fenced, 'land')
      expect(await landPromotion(context, next)).toMatchObject(expected)
    }
  })

  test('gets one receipt for each item and one entry for all, however often it is received', async () => {
    const { world, reference } = await granted()
    const landed = landedItems(await landPromotion(context, reference))
    const answers = await Promise.all([
      receivePromotion(context, reference),
      receivePromotion(context, reference),
    ])
    answers.push(await receivePromotion(context, reference))
    expect(answers).toEqual(Array(3).fill({ kind: 'received', items: landed }))
    expect(await receipts(world.organization)).toEqual(
      landed.map(({ position, version, digest, entry }) => ({ position, version, digest, ...entry })),
    )
    const told = (await entriesOf(control, world.organization)).filter(
      ({ type }) => type === 'promotion.receipted',
    )
    expect(told).toMatchObject([
      {
        subject: `promotion/${reference.promotion}`,
        data: {
          promotion: reference.promotion,
          details: {
            revision: 1,
            items: landed.map(({ position, asset, version, digest, entry }) => {
              return { position, asset, version, digest, landing: entry }
            }),
          },
        },
      },
    ])
  })

  test('gets no receipt before it has landed', async () => {
    const { world, reference } = await granted()
    expect(await receivePromotion(context, reference)).toEqual({ kind: 'refused', code: 'not-landed' })
    expect(await receipts(world.organization)).toEqual([])
  })

  test('is activated, once that is allowed', async () => {
    const { world, items, reference } = await granted()
    await landPromotion(context, reference)
    await grantTo(world, reference, items, 'activate', 1)
    expect(await activatePromotion(context, reference)).toEqual({ kind: 'performed', version: 1 })
    expect(await assetRow(production, world.organization, firstOf(items).target)).toMatchObject({ active: 1 })
  })

  test('is discarded, once that is allowed, and a landing that wakes up later changes nothing', async () => {
    const { world, items, reference } = await granted()
    await grantTo(world, reference, items, 'discard', 1)
    expect(await discardPromotion(context, reference)).toEqual({ kind: 'discarded' })
    const before = await contentsOf(production, world.organization)
    expect(await landPromotion(context, reference)).toEqual({ kind: 'refused', code: 'discarded' })
    expect(await contentsOf(production, world.organization)).toEqual(before)
  })

  test('does not land when its bytes were erased, and can still be discarded', async () => {
    const { world, items, reference } = await granted()
    await control.query('UPDATE content SET bytes = NULL WHERE organization = $1', [world.organization])
    expect(await landPromotion(context, reference)).toEqual({ kind: 'refused', code: 'content-erased' })
    await grantTo(world, reference, items, 'discard', 1)
    expect(await discardPromotion(context, reference)).toEqual({ kind: 'discarded' })
  })
})

test('control’s keys refuse a receipt for a digest that was not approved', async () => {
  const { world, reference } = await granted()
  const insert = `INSERT INTO receipt (organization, promotion, revision, position, landed_digest, landed_version,
    landing_origin, landing_index, landing_leaf_hash) VALUES ($1, $2, 1, 1, sha256('other'), 1, 'a', 0, sha256(''))`
  await expect(control.query(insert, [world.organization, reference.promotion])).rejects.toMatchObject({
    code: '23503',
  })
})
