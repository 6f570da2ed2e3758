import { and, eq, inArray, isNull, ne } from 'drizzle-orm'
import { environment as environmentTable } from '../../../db/control/environment.ts'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { assetEndpoint } from '../../../db/environment/asset-endpoint.ts'
import { reading } from '../../../db/transaction.ts'
import type { Digest, EnvironmentId } from '../../../domain/identifiers.ts'
import { type Binding, isValueBinding } from '../../../domain/plan/binding.ts'
import { digestsOfAddresses } from '../../assets/endpoints/digests-of-addresses.ts'
import type { ServiceContext } from '../../context.ts'
import { storeNamed } from '../../environments/store-of-environment.ts'

async function usedIn(
  { caller, stores }: ServiceContext,
  store: string,
  environments: readonly EnvironmentId[],
  addresses: readonly Digest[],
): Promise<readonly Digest[]> {
  return reading(storeNamed(stores, store), caller.organization, async (transaction) => {
    const rows = await transaction
      .selectDistinct({ address: assetEndpoint.address })
      .from(assetEndpoint)
      .innerJoin(
        assetTable,
        and(
          eq(assetTable.organization, assetEndpoint.organization),
          eq(assetTable.id, assetEndpoint.asset),
          eq(assetTable.version, assetEndpoint.version),
          isNull(assetTable.deletedAt),
        ),
      )
      .where(
        and(
          eq(assetEndpoint.organization, transaction.organization),
          inArray(assetEndpoint.environment, [...environments]),
          inArray(assetEndpoint.address, [...addresses]),
        ),
      )
    return rows.map(({ address }) => address)
  })
}

/**
 * Which endpoints that bindings bring some asset of staging or development reaches in its newest version: digests of their
 * addresses, as they stand at this moment. Costs nothing where no binding brings an endpoint.
 */
export async function endpointsElsewhere(
  context: ServiceContext,
  bindings: readonly Binding[],
): Promise<readonly Digest[]> {
  const values = bindings.filter(isValueBinding).map(({ value }) => value)
  const addresses = digestsOfAddresses(values)
  if (addresses.length === 0) return []
  const environments = await reading(context.stores.control, context.caller.organization, (transaction) =>
    transaction
      .select({ id: environmentTable.id, store: environmentTable.store })
      .from(environmentTable)
      .where(
        and(
          eq(environmentTable.organization, transaction.organization),
          ne(environmentTable.kind, 'production'),
        ),
      ),
  )
  const used = await Promise.all(
    [...Map.groupBy(environments, ({ store }) => store)].map(([store, within]) =>
      usedIn(
        context,
        store,
        within.map(({ id }) => id),
        addresses,
      ),
    ),
  )
  return [...new Set(used.flat())].sort()
}
