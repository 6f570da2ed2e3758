import { and, eq, inArray } from 'drizzle-orm'
import { environment as environmentTable } from '../../../db/control/environment.ts'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { readEnvironment } from '../../environments/read-environments.ts'
import { storeNamed } from '../../environments/store-of-environment.ts'
import { Refused } from '../../refused.ts'
import type { AssetsFile } from './assets-file.ts'

const idsAtOnce = 1_000

function ofProduction(pointer: string): Refused {
  return new Refused(
    'promotion-only',
    'This file is of production, from which nothing comes back into staging or development.',
    [{ pointer, message: 'is of production' }],
  )
}

async function productionStores({ stores }: ServiceContext, control: Transaction) {
  const rows = await control
    .selectDistinct({ store: environmentTable.store })
    .from(environmentTable)
    .where(
      and(eq(environmentTable.organization, control.organization), eq(environmentTable.kind, 'production')),
    )
  return rows.map(({ store }) => storeNamed(stores, store))
}

// Asked of production itself: control's index of it may lag behind.
async function productionAsset(
  context: ServiceContext,
  control: Transaction,
  ids: readonly AssetId[],
): Promise<AssetId | undefined> {
  for (const store of await productionStores(context, control)) {
    const found = await withOrganization(store, control.organization, async (transaction) => {
      for (let first = 0; first < ids.length; first += idsAtOnce) {
        const some = inArray(assetTable.id, ids.slice(first, first + idsAtOnce))
        const [row] = await transaction
          .select({ id: assetTable.id })
          .from(assetTable)
          .where(and(eq(assetTable.organization, transaction.organization), some))
          .limit(1)
        if (row !== undefined) return row.id
      }
      return undefined
    })
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Refuses a file that was exported from production: by what it says of itself, by the environment that it names, and by
 * the ids of its assets. Whoever replaces all three brings in contents like any others.
 *
 * @throws Refused `promotion-only`.
 */
export async function refuseProductionFile(
  context: ServiceContext,
  control: Transaction,
  { environment, assets }: AssetsFile,
): Promise<void> {
  if (environment.kind === 'production') throw ofProduction('/environment/kind')
  if ((await readEnvironment(control, environment.id))?.kind === 'production') {
    throw ofProduction('/environment/id')
  }
  const ids = assets.map(({ id }) => id)
  const known = await productionAsset(context, control, ids)
  if (known !== undefined) throw ofProduction(`/assets/${ids.indexOf(known)}/id`)
}
