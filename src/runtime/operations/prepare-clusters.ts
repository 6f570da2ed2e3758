import { randomBytes } from 'node:crypto'
import { type Configuration, ConfigurationRefused } from '../../config.ts'
import { prepareCluster } from '../../db/prepare-cluster.ts'
import { loginRoles, type RolePasswords } from '../../db/roles.ts'
import { type Store, type StoreName, sharedStores } from '../../db/stores.ts'
import { say } from '../process/say.ts'

type Role = keyof RolePasswords

interface StoreLogins extends Store {
  readonly superuserUrl: string
  readonly database: string
  readonly passwords: ReadonlyMap<Role, string>
}

const roles: readonly Role[] = ['migrator', ...loginRoles]

function superuserUrlOf(configuration: Configuration, store: StoreName): string | undefined {
  const given = configuration.administratorUrl(store)
  if (given === undefined) return undefined
  const url = new URL(given)
  // Where the lock on the roles is taken, which belong to the cluster.
  url.pathname = '/postgres'
  return url.href
}

function loginsOf(configuration: Configuration, { name, kind }: Store): StoreLogins | undefined {
  const superuserUrl = superuserUrlOf(configuration, name)
  if (superuserUrl === undefined) return undefined
  const given = roles.flatMap((role) => {
    const text = configuration.databaseUrl(name, role)
    const url = text === undefined ? undefined : new URL(text)
    return url === undefined || url.username !== role ? [] : [{ role, url }]
  })
  const databases = new Set(given.map(({ url }) => decodeURIComponent(url.pathname.slice(1))))
  const [database] = databases
  if (database === undefined || databases.size > 1) {
    throw new ConfigurationRefused(
      `The addresses of the ${name} store's logins must be given and name one database, such as ` +
        `${configuration.databaseVariable(name, 'migrator')}=postgres://migrator:password@host:5432/${name}.`,
    )
  }
  const passwords = given.map(({ role, url }) => [role, decodeURIComponent(url.password)] as const)
  return { name, kind, superuserUrl, database, passwords: new Map(passwords) }
}

// Nobody learns the password of a login that was given no address here: it exists, and nobody can use it.
function passwordsOf(stores: readonly StoreLogins[]): RolePasswords {
  const entries = roles.map((role) => {
    const given = new Set(stores.flatMap(({ passwords }) => passwords.get(role) ?? []))
    if (given.size > 1 || given.has('')) {
      throw new ConfigurationRefused(
        `The login ${role} needs one password, the same in every address of one PostgreSQL server.`,
      )
    }
    const [password] = given
    return [role, password ?? randomBytes(24).toString('base64url')] as const
  })
  return Object.fromEntries(entries) as RolePasswords
}

/**
 * Creates roles and databases in every cluster whose administrator's address was given, and sets each login's password to
 * the one in its address. Safe to repeat, which is how passwords are changed and how a later release gets its roles.
 *
 * @throws ConfigurationRefused when the addresses do not fit together.
 */
export async function prepareClusters(configuration: Configuration): Promise<void> {
  const known = [...sharedStores, ...configuration.namedStores]
  const stores = known.flatMap((store) => loginsOf(configuration, store) ?? [])
  if (stores.length === 0) {
    throw new ConfigurationRefused(
      'Give the address of a superuser for each server to prepare: CONTROL_DATABASE_URL_ADMINISTRATOR, and so on for ' +
        'DEVELOPMENT, STAGING and PRODUCTION; STORE_<NAME>_URL_ADMINISTRATOR for a store of another name.',
    )
  }
  for (const [superuserUrl, inCluster] of Map.groupBy(stores, (one) => one.superuserUrl)) {
    const databases = inCluster.map(({ kind, database }) => ({ store: kind, database }))
    await prepareCluster({ superuserUrl, passwords: passwordsOf(inCluster), databases })
    say(`Prepared ${databases.map(({ database }) => database).join(', ')}.`)
  }
}
