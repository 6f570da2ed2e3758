import { and, eq, inArray } from 'drizzle-orm'
import { assetHead } from '../../../db/control/asset-head.ts'
import { environment as environmentTable } from '../../../db/control/environment.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { readEnvironment } from '../../environments/read-environments.ts'
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

async function productionAsset(control: Transaction, ids: readonly AssetsFile['assets'][number]['id'][]) {
  const [found] = await control
    .select({ asset: assetHead.asset })
    .from(assetHead)
    .innerJoin(
      environmentTable,
      and(
        eq(environmentTable.organization, assetHead.organization),
        eq(environmentTable.id, assetHead.environment),
      ),
    )
    .where(
      and(
        eq(assetHead.organization, control.organization),
        inArray(assetHead.asset, [...ids]),
        eq(environmentTable.kind, 'production'),
      ),
    )
    .limit(1)
  return found?.asset
}

/**
 * Refuses a file that was exported from production: by what it says of itself, by the environment that it names, and by
 * the ids of its assets, so that editing what it says does not help.
 *
 * @throws Refused `promotion-only`.
 */
export async function refuseProductionFile(
  control: Transaction,
  { environment, assets }: AssetsFile,
): Promise<void> {
  if (environment.kind === 'production') throw ofProduction('/environment/kind')
  if ((await readEnvironment(control, environment.id))?.kind === 'production') {
    throw ofProduction('/environment/id')
  }
  const ids = assets.map(({ id }) => id)
  for (let first = 0; first < ids.length; first += idsAtOnce) {
    const known = await productionAsset(control, ids.slice(first, first + idsAtOnce))
    if (known !== undefined) throw ofProduction(`/assets/${ids.indexOf(known)}/id`)
  }
}
