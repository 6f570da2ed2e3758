import type { LoginRole, StoreKind } from './rights/right.ts'

export const storeKinds: readonly StoreKind[] = Object.freeze([
  'control',
  'development',
  'staging',
  'production',
])

/** Where a login finds a store. */
export type StoreAddress = (store: StoreKind, role: LoginRole | 'migrator') => string

/** The name a store's logs go by, below the name of the installation. */
export function storeOrigin(installation: string, store: StoreKind): string {
  return `${installation}/${store}`
}
