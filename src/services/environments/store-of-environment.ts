import { and, eq } from 'drizzle-orm'
import { environment as environmentTable } from '../../db/control/environment.ts'
import type { StorePool } from '../../db/pool.ts'
import type { StoreName } from '../../db/stores.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { ApiStores, ServiceContext } from '../context.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { Refused } from '../refused.ts'

/**
 * The name of the store in which an environment stands.
 *
 * @throws Refused `not-found` when the organization has no such environment.
 */
export async function storeNameOf(control: Transaction, environment: EnvironmentId): Promise<StoreName> {
  const [row] = await control
    .select({ store: environmentTable.store })
    .from(environmentTable)
    .where(and(eq(environmentTable.organization, control.organization), eq(environmentTable.id, environment)))
  if (row === undefined) throw notFound()
  return row.store
}

/**
 * The pool of an environments' store.
 *
 * @throws Refused `unavailable` when this process was given no address of it.
 */
export function storeNamed({ environments }: ApiStores, name: StoreName): StorePool {
  const store = environments.get(name)
  if (store !== undefined) return store
  throw new Refused(
    'unavailable',
    'The store of this environment cannot be reached from here. Whoever runs this installation has to name it.',
  )
}

/**
 * The pool of the store in which an environment of the caller's organization stands.
 *
 * @throws Refused `not-found` for no such environment, `unavailable` when this process was given no address of its store.
 */
export async function storeOfEnvironment(
  { caller, stores }: ServiceContext,
  environment: EnvironmentId,
): Promise<StorePool> {
  const { door } = caller
  if (door.kind === 'environment' && door.environment === environment) return storeNamed(stores, door.store)
  const name = await withOrganization(stores.control, caller.organization, (control) =>
    storeNameOf(control, environment),
  )
  return storeNamed(stores, name)
}
