import { eq, sql } from 'drizzle-orm'
import { environment } from '../../../../db/control/environment.ts'
import { type Transaction, withOrganization } from '../../../../db/transaction.ts'
import type { AssetType } from '../../../../domain/asset/asset-type.ts'
import type { ApiStores } from '../../../context.ts'
import { storeNamed } from '../../../environments/store-of-environment.ts'
import { Refused } from '../../../refused.ts'
import { judgeOf } from '../../content-problems.ts'
import type { ChangedType, Misfit } from './misfit.ts'
import { pendingMisfits } from './pending-misfits.ts'
import { storedMisfits } from './stored-misfits.ts'

const maximum = 100

async function misfitsOf(
  control: Transaction,
  stores: ApiStores,
  changed: ChangedType,
): Promise<readonly Misfit[]> {
  const found: Misfit[] = [...(await pendingMisfits(control, changed))]
  const names = await control
    .selectDistinct({ store: environment.store })
    .from(environment)
    .where(eq(environment.organization, control.organization))
  for (const { store } of names) {
    if (found.length >= maximum) break
    const stored = await withOrganization(storeNamed(stores, store), control.organization, (transaction) =>
      storedMisfits(transaction, changed, maximum - found.length, () => control.execute(sql`select`)),
    )
    found.push(...stored)
  }
  return found.slice(0, maximum)
}

/**
 * Refuses a change of a type that stored content, or content on its way into production, would not fit, or by which it
 * would refer to other assets than before. The type has to be held exclusively, so that nothing is written meanwhile.
 *
 * @throws Refused `type-in-use` with at most a hundred places; ids and pointers, no values.
 */
export async function refuseMisfits(
  control: Transaction,
  stores: ApiStores,
  before: AssetType,
  type: AssetType,
): Promise<void> {
  const misfits = await misfitsOf(control, stores, { before, type, bySchema: judgeOf(type) })
  if (misfits.length === 0) return
  throw new Refused(
    'type-in-use',
    'Stored content would not fit this change. Change the content first, or make another type. At most 100 places are listed.',
    misfits.map(({ asset, environment: place, pointer, message, what }) => ({
      pointer,
      message: `${message} (asset ${asset} in environment ${place}, ${what})`,
    })),
  )
}
