import type { Pool, PoolClient } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { LoginRole, StoreKind } from '../../../src/db/rights/right.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import type { TestStores } from '../../support/stores.ts'

/** A login of the product, the role that owns every object, or a superuser. */
export type Speaker = LoginRole | 'owner' | 'superuser'

export type Isolation = 'read committed' | 'repeatable read' | 'serializable'

export interface Speaking {
  readonly stores: TestStores
  readonly login: Speaker
  readonly organization: string | null
  readonly store?: StoreKind
  readonly isolation?: Isolation
}

export type Row = Readonly<Record<string, unknown>>

/** Raw SQL in one open transaction. `put` inserts a row of the session's organization, naming only what it is given. */
export interface Session {
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
  put(table: string, row: Row): Promise<void>
  append(type: string, subject: string, data?: JsonObject, id?: string): Promise<Place>
}

/** Where an entry stands in its log. */
export interface Place {
  readonly id: string
  readonly index: number
  readonly leafHash: Buffer
}

export function poolOf({ stores, login, store = 'control' }: Speaking): Pool {
  return login === 'owner' || login === 'superuser' ? stores.superuser(store) : stores.pool(store, login).pool
}

export function sessionOver(client: PoolClient, organization: string | null): Session {
  const query: Session['query'] = async (text, values = []) => (await client.query(text, [...values])).rows
  return {
    query,
    async put(table, given) {
      const row: Row = organization === null ? given : { organization, ...given }
      const names = Object.keys(row).map((column) => client.escapeIdentifier(column))
      const places = names.map((_, place) => `$${place + 1}`)
      await query(
        `INSERT INTO ${client.escapeIdentifier(table)} (${names.join(', ')}) VALUES (${places.join(', ')})`,
        Object.values(row),
      )
    },
    async append(type, subject, data = {}, id = uuidv7()) {
      const [entry] = await query(
        `SELECT entry_index::integer AS index, entry_leaf_hash AS leaf_hash
         FROM append($1::uuid[], $2::text[], $3::text[], $4::bytea[])`,
        [[id], [type], [subject], [Buffer.from(canonicalBytes(data))]],
      )
      return { id, index: Number(entry?.index), leafHash: Buffer.from(entry?.leaf_hash as Uint8Array) }
    },
  }
}

/** Begins a transaction as `withOrganization` does; without an organization, it sets none. */
export async function beginAs(client: PoolClient, speaking: Speaking): Promise<Session> {
  await client.query(`BEGIN ISOLATION LEVEL ${speaking.isolation ?? 'read committed'}`)
  if (speaking.login === 'owner') await client.query('SET LOCAL ROLE owner')
  if (speaking.organization !== null) {
    await client.query("SELECT set_config('countersign.organization', $1, true)", [speaking.organization])
  }
  return sessionOver(client, speaking.organization)
}

/** Runs `work` in one transaction, looks at every deferred rule, and commits. */
export async function speakingAs<Result>(
  speaking: Speaking,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const client = await poolOf(speaking).connect()
  try {
    const result = await work(await beginAs(client, speaking))
    await client.query('SET CONSTRAINTS ALL IMMEDIATE')
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

export const hexadecimal = (digest: string): Buffer => Buffer.from(digest, 'hex')
