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

/** Who stands behind an entry where no person does: what the product noticed by itself, or did because a plan lets it. */
export interface NoPerson {
  readonly via: 'drift-sweep' | 'plan'
}

/** An entry with or without a person behind it. */
export interface LoggedEntry extends Omit<EntryDraft, 'actor'> {
  readonly actor: EntryActor | NoPerson
}

/** Where an entry stands in its log. */
export interface WrittenEntry {
  readonly id: string
  readonly index: number
  readonly leafHash: Uint8Array
}

function dataOf(draft: LoggedEntry): Uint8Array {
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

interface AppendedRow {
  readonly entry_id: string
  readonly entry_index: string
  readonly entry_leaf_hash: Buffer
}

const statement =
  'select entry_id, entry_index, entry_leaf_hash from append($1::uuid[], $2::text[], $3::text[], $4::bytea[])'

function argumentsOf(drafts: readonly LoggedEntry[]): unknown[] {
  return [
    drafts.map((draft) => draft.id ?? uuidv7()),
    drafts.map((draft) => draft.type),
    drafts.map((draft) => draft.subject),
    drafts.map((draft) => Buffer.from(dataOf(draft))),
  ]
}

/**
 * Appends entries to the log of the transaction's store and organization. It is the last statement of a transaction,
 * called once: from here to the commit the log's head is locked.
 */
export async function appendEntries(
  transaction: Transaction,
  drafts: readonly LoggedEntry[],
): Promise<readonly WrittenEntry[]> {
  const rows = await transaction.send<AppendedRow>(statement, argumentsOf(drafts))
  return rows.map((row) => ({
    id: row.entry_id,
    index: Number(row.entry_index),
    leafHash: row.entry_leaf_hash,
  }))
}

/**
 * Appends as `appendEntries` does and lets the commit follow at once: for a transaction that needs to know nothing more of
 * its entries. Where they are refused, the transaction fails.
 */
export function appendLast(transaction: Transaction, drafts: readonly LoggedEntry[]): void {
  void transaction.sendAhead(statement, argumentsOf(drafts))
}
