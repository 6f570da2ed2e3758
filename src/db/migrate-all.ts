import { migrateStore } from './migrate.ts'
import { type Store, type StoreAddress, sharedStores, storeOrigin } from './stores.ts'

/**
 * Brings the stores of an installation, the shared ones and those with a name of their own, to the newest schema.
 * `installation` begins every origin.
 */
export async function migrateAll(
  address: StoreAddress,
  installation: string,
  namedStores: readonly Store[] = [],
): Promise<void> {
  const stores = [...sharedStores, ...namedStores].map((store) => ({
    ...store,
    url: address(store.name, 'migrator'),
    origin: storeOrigin(installation, store.name),
  }))
  for (const store of stores) await migrateStore(store, stores)
}
