import type { Pool } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { LoginRole, StoreKind } from '../../../src/db/rights/right.ts'
import { storeOrigin } from '../../../src/db/stores.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import { type LogVerdict, verifyLog } from '../../../src/trust/verify-log.ts'
import { installation } from '../../support/cluster.ts'
import type { TestStores } from '../../support/stores.ts'

export interface Draft {
  readonly id?: string
  readonly type?: string
  readonly subject?: string
  readonly data?: JsonObject | Uint8Array
}

export interface Written {
  readonly id: string
  readonly index: number
  readonly leafHash: Buffer
}

export interface StoredEntry {
  readonly index: number
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly leaf: Buffer
  readonly leafHash: Buffer
}

export interface Head {
  readonly size: number
  readonly root: Buffer
  readonly frontier: readonly Buffer[]
}

/** What can run a statement: a pool or a connection in a transaction. */
type Runner = Pick<Pool, 'query'>

export const append = `SELECT entry_id AS id, entry_index::integer AS index, entry_leaf_hash AS "leafHash"
  FROM append($1::uuid[], $2::text[], $3::text[], $4::bytea[])`

/** The name of an organization's log in one store of the test installation. */
export function originOf(store: StoreKind, organization: string): string {
  return `${storeOrigin(installation, store)}/${organization}`
}

/** Appends entries; what a draft leaves out is something that control's worker may append. */
export async function appendTo(runner: Runner, drafts: readonly Draft[]): Promise<readonly Written[]> {
  const { rows } = await runner.query(append, [
    drafts.map(({ id }) => id ?? uuidv7()),
    drafts.map(({ type }) => type ?? 'promotion.planned'),
    drafts.map(({ subject }) => subject ?? 'promotion/1'),
    drafts.map(({ data = {} }) => Buffer.from(data instanceof Uint8Array ? data : canonicalBytes(data))),
  ])
  return rows
}

/** Runs `work` in a transaction of a login that speaks for an organization; rolls back when it throws. */
export async function within<Result>(
  stores: TestStores,
  { login = 'worker_control', store = 'control', organization }: Who,
  work: (runner: Runner) => Promise<Result>,
): Promise<Result> {
  const client = await stores.pool(store, login).pool.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('countersign.organization', $1, true)", [organization ?? ''])
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

export interface Who {
  readonly login?: LoginRole
  readonly store?: StoreKind
  readonly organization: string | null
}

/** An organization's log as it stands, by index. */
export async function entriesOf(superuser: Pool, organization: string): Promise<readonly StoredEntry[]> {
  const { rows } = await superuser.query(
    `SELECT index::integer, id, type, subject, leaf, leaf_hash AS "leafHash",
       to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS time
     FROM log_entry WHERE organization = $1 ORDER BY index`,
    [organization],
  )
  return rows
}

export async function headOf(superuser: Pool, organization: string): Promise<Head> {
  const { rows } = await superuser.query(
    'SELECT size::integer, root, frontier FROM log_head WHERE organization = $1',
    [organization],
  )
  return rows[0]
}

/** What the offline verification says of a whole log against a head. */
export async function verdictOn(
  superuser: Pool,
  { organization, store = 'control' }: Who & { readonly organization: string },
  expected?: Head,
): Promise<LogVerdict> {
  const entries = await entriesOf(superuser, organization)
  const origin = originOf(store, organization)
  return verifyLog({ origin, entries, expected: expected ?? (await headOf(superuser, organization)) })
}
