import type { LoginRole, StoreKind } from './rights/right.ts'

export const storeKinds: readonly StoreKind[] = Object.freeze([
  'control',
  'development',
  'staging',
  'production',
])

/** One database of an installation. The shared one of a kind goes by the kind; every other has a name of its own. */
export interface Store {
  readonly name: StoreName
  readonly kind: StoreKind
}

/** Lower-case letters and digits, joined by hyphens. */
export type StoreName = string

/** The four stores that every installation has. */
export const sharedStores: readonly Store[] = Object.freeze(storeKinds.map((kind) => ({ name: kind, kind })))

/** Where a login finds the store of a name. */
export type StoreAddress = (store: StoreName, role: LoginRole | 'migrator') => string

/** The name a store's logs go by, below the name of the installation. */
export function storeOrigin(installation: string, store: StoreName): string {
  return `${installation}/${store}`
}
