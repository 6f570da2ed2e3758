import { expect, test } from 'vitest'
import type { StoreKind } from '../../../src/db/rights/right.ts'
import type { Digest, OrganizationId } from '../../../src/domain/identifiers.ts'
import { landPromotion } from '../../../src/services/production/land-promotion.ts'
import { AuthorizedBytesDiffer } from '../../../src/services/production/production-context.ts'
import { readBackPromotion } from '../../../src/services/production/read-back-promotion.ts'
import { receivePromotion } from '../../../src/services/production/receive-promotion.ts'
import { postgresAssetStore } from '../../../src/stores/postgres.ts'
import { bundleOf, contentsOf, firstOf, itemOf, landedItems, stored } from '../../stores/fixture.ts'
import { openStores } from '../../support/stores.ts'
import { approvedPromotion, grantTo } from './authorized-promotion.ts'
import { newWorld } from './world.ts'

// Databases of its own, because it takes away what keeps content as it is.
const stores = await openStores()
const store = postgresAssetStore(stores.pool('production', 'worker_production'))
const context = { control: stores.pool('control', 'worker_production'), store }
const altered = stored({ altered: true })

async function granted() {
  const world = await newWorld(stores)
  const { items } = bundleOf([itemOf(), itemOf()])
  const reference = await approvedPromotion(world, items)
  await grantTo(world, reference, items, 'land')
  return { items, reference }
}

/** What only a superuser can do: other bytes under the digest that was approved. */
async function alter(kind: StoreKind, organization: OrganizationId, digest: Digest): Promise<void> {
  const superuser = stores.superuser(kind)
  await superuser.query('ALTER TABLE content DISABLE TRIGGER keep_rows, DROP CONSTRAINT content_check')
  const update = 'UPDATE content SET bytes = $3 WHERE organization = $1 AND digest = $2'
  await superuser.query(update, [organization, Buffer.from(digest, 'hex'), altered.bytes])
}

test('bytes that were altered in control after the approval do not reach production', async () => {
  const { items, reference } = await granted()
  await alter('control', reference.organization, firstOf(items).digest)
  await expect(landPromotion(context, reference)).rejects.toThrow(AuthorizedBytesDiffer)
  const contents = await contentsOf(stores.superuser('production'), reference.organization)
  expect(Object.values(contents).flat()).toEqual([])
})

test('bytes that were altered in production after the landing are read back as they are, and get no receipt', async () => {
  const { items, reference } = await granted()
  await landPromotion(context, reference)
  await alter('production', reference.organization, firstOf(items).digest)
  const stands = landedItems(await readBackPromotion(context, reference))
  expect(stands.map(({ digest }) => digest)).toEqual([altered.digest, items[1]?.digest])
  expect(await receivePromotion(context, reference)).toEqual({ kind: 'refused', code: 'landed-bytes-differ' })
  const { rows } = await stores
    .superuser('control')
    .query('SELECT FROM receipt WHERE organization = $1', [reference.organization])
  expect(rows).toEqual([])
})
