import { migrateStore } from './migrate.ts'
import { type StoreAddress, storeKinds, storeOrigin } from './stores.ts'

/** Brings all four stores of an installation to the newest schema. `installation` begins every origin. */
export async function migrateAll(address: StoreAddress, installation: string): Promise<void> {
  const followed = {
    development: storeOrigin(installation, 'development'),
    staging: storeOrigin(installation, 'staging'),
    production: storeOrigin(installation, 'production'),
  }
  for (const store of storeKinds) {
    const origin = storeOrigin(installation, store)
    await migrateStore({ store, url: address(store, 'migrator'), origin }, followed)
  }
}
