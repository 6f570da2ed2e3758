import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from '../../db/transaction.ts'
import type { ApiKeyId, AssetId, EnvironmentId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import { canonicalBytes } from '../../trust/canonical.ts'

/** Who stands behind an entry: a human, through a key or a token, or the promotion workflow on a human's behalf. */
export interface EntryActor {
  readonly person: PersonId
  readonly via: 'key' | 'token' | 'workflow' | 'sign-in-token' | 'bootstrap'
  readonly key?: ApiKeyId
}

/** One fact for the log: ids, digests and commitments, no content value and no free text. */
export interface EntryDraft {
  /** Given when something else in the transaction names the entry before it is written. */
  readonly id?: string
  readonly type: string
  /** What the entry is about, as `kind/id`. */
  readonly subject: string
  readonly actor: EntryActor
  readonly environment?: EnvironmentId
  readonly asset?: AssetId
  readonly promotion?: PromotionId
  /** Success when left out. */
  readonly outcome?: 'success' | 'refused'
  readonly details?: JsonObject
  /** Members beside `details` that an index reads: assetType, version, digest. */
  readonly facts?: JsonObject
}

/** An entry about what the product noticed by itself: nobody did it that the product knows of. */
export interface Observation extends Omit<EntryDraft, 'actor'> {
  readonly actor: { readonly via: 'drift-sweep' }
}

/** Where an entry stands in its log. */
export interface WrittenEntry {
  readonly id: string
  readonly index: number
  readonly leafHash: Uint8Array
}

function dataOf(draft: EntryDraft | Observation): Uint8Array {
  const { actor, environment, asset, promotion, outcome, details, facts } = draft
  return canonicalBytes({
    ...facts,
    actor: { ...actor },
    ...(environment === undefined ? {} : { environment }),
    ...(asset === undefined ? {} : { asset }),
    ...(promotion === undefined ? {} : { promotion }),
    outcome: outcome ?? 'success',
    details: details ?? {},
  })
}

/**
 * Appends entries to the log of the transaction's store and organization. It is the last statement of a transaction,
 * called once: from here to the commit the log's head is locked.
 */
export async function appendEntries(
  transaction: Transaction,
  drafts: readonly (EntryDraft | Observation)[],
): Promise<readonly WrittenEntry[]> {
  const ids = drafts.map((draft) => draft.id ?? uuidv7())
  const types = drafts.map((draft) => draft.type)
  const subjects = drafts.map((draft) => draft.subject)
  const datas = drafts.map((draft) => Buffer.from(dataOf(draft)))
  const { rows } = await transaction.execute<{
    entry_id: string
    entry_index: string
    entry_leaf_hash: Buffer
  }>(
    sql`select entry_id, entry_index, entry_leaf_hash from append(${sql.param(ids)}::uuid[],
      ${sql.param(types)}::text[], ${sql.param(subjects)}::text[], ${sql.param(datas)}::bytea[])`,
  )
  return rows.map((row) => ({
    id: row.entry_id,
    index: Number(row.entry_index),
    leafHash: row.entry_leaf_hash,
  }))
}
