import { loginRoles, type RolePasswords } from '../../src/db/roles.ts'
import type { StoreAddress, StoreName } from '../../src/db/stores.ts'

export const installation = 'test.countersign.example'

export const passwords = Object.freeze(
  Object.fromEntries(['migrator', ...loginRoles].map((role) => [role, 'for-tests-only'])),
) as RolePasswords

export function templateOf(store: StoreName): string {
  return `template_${store}`
}

/** Addresses of every login in a cluster whose databases are named by `databaseOf`. */
export function addressOf(superuserUrl: string, databaseOf: (store: StoreName) => string): StoreAddress {
  return (store, role) => {
    const url = new URL(superuserUrl)
    url.username = role
    url.password = passwords[role]
    url.pathname = `/${databaseOf(store)}`
    return url.href
  }
}
