import { and, eq, isNotNull } from 'drizzle-orm'
import { erasure } from '../../db/environment/erasure.ts'
import { content } from '../../db/every-store/content.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, Digest, PersonId } from '../../domain/identifiers.ts'

/** A version of an environment's store that two people want erased. */
export interface ErasedVersion {
  readonly asset: AssetId
  readonly version: number
  readonly digest: Digest
  readonly proposedBy: PersonId
  readonly confirmedBy: PersonId
  /** The id of the entry that tells of it, which the caller appends. */
  readonly entry: string
}

/**
 * Blanks the bytes of a digest in an environment's store, with the row that allows it. False when that was done before,
 * and nothing is to be told again.
 */
export async function eraseBytes(transaction: Transaction, erased: ErasedVersion): Promise<boolean> {
  const { organization } = transaction
  const inserted = await insertRows(transaction, erasure, [{ organization, ...erased }], 'ignore')
  await blankBytes(transaction, erased.digest)
  return inserted === 1
}

/** Blanks the bytes of a digest where the database finds that two people want it; without them it refuses. */
export async function blankBytes(transaction: Transaction, digest: Digest): Promise<void> {
  await transaction
    .update(content)
    .set({ bytes: null })
    .where(
      and(
        eq(content.organization, transaction.organization),
        eq(content.digest, digest),
        isNotNull(content.bytes),
      ),
    )
}
