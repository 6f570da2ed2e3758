import type { StoreKind } from '../../../src/db/rights/right.ts'
import type { TestStores } from '../../support/stores.ts'
import { type Session, type Speaking, speakingAs } from './session.ts'

/** What came of trying. `because` is the constraint that refused it, or the message where none has a name. */
export type Trial =
  | { readonly outcome: 'accepted'; readonly result: unknown }
  | { readonly outcome: 'refused'; readonly code: string; readonly because: string }

/** What became of an attack, and whether any row of the store is another one now. */
export type Attempt = Trial & { readonly changed: boolean }

/** Every table of a store with a digest of its rows. */
export async function everything(stores: TestStores, store: StoreKind): Promise<readonly string[]> {
  const superuser = stores.superuser(store)
  const tables = await superuser.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
  )
  const each = tables.rows.map(
    ({ name }) =>
      `SELECT '${name} ' || count(*) || ' ' || md5(coalesce(string_agg(rows::text, ' ' ORDER BY rows::text), ''))
         AS state FROM ${name} AS rows`,
  )
  const states = await superuser.query<{ state: string }>(`${each.join(' UNION ALL ')} ORDER BY 1`)
  return states.rows.map(({ state }) => state)
}

function reasonOf(error: unknown): { readonly code: string; readonly because: string } {
  if (!(error instanceof Error) || !('code' in error)) throw error
  const constraint = 'constraint' in error ? error.constraint : undefined
  return { code: String(error.code), because: typeof constraint === 'string' ? constraint : error.message }
}

/** Tries it in a transaction of its own, up to the commit. */
export async function tryAs(
  speaking: Speaking,
  work: (session: Session) => Promise<unknown>,
): Promise<Trial> {
  try {
    return { outcome: 'accepted', result: await speakingAs(speaking, work) }
  } catch (error) {
    return { outcome: 'refused', ...reasonOf(error) }
  }
}

/** Tries it, and compares every row of the store before and after. */
export async function attack(
  speaking: Speaking,
  work: (session: Session) => Promise<unknown>,
): Promise<Attempt> {
  const { stores, store = 'control' } = speaking
  const before = await everything(stores, store)
  const trial = await tryAs(speaking, work)
  return { ...trial, changed: (await everything(stores, store)).join() !== before.join() }
}

/** What an attack should come to: an error with this SQLSTATE, for this reason, and not one row changed. */
export function refusedBy(code: string, because: string): Attempt {
  return { outcome: 'refused', code, because, changed: false }
}

/** A right that the login does not have. */
export function deniedOn(table: string): Attempt {
  return refusedBy('42501', `permission denied for table ${table}`)
}

/** A row that is not the organization's. */
export function foreignRow(table: string): Attempt {
  return refusedBy(
    '42501',
    `new row violates row-level security policy "one_organization" for table "${table}"`,
  )
}
