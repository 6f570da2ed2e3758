import { and, eq, inArray } from 'drizzle-orm'
import { erasableText } from '../../db/log/erasable-text.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { TextId } from '../../domain/identifiers.ts'

/** Texts of the erasable side table by their ids; null for one that was erased. */
export async function textsOf(
  transaction: Transaction,
  ids: readonly TextId[],
): Promise<ReadonlyMap<TextId, string | null>> {
  if (ids.length === 0) return new Map()
  const rows = await transaction
    .select({ id: erasableText.id, text: erasableText.text })
    .from(erasableText)
    .where(and(eq(erasableText.organization, transaction.organization), inArray(erasableText.id, [...ids])))
  return new Map(rows.map(({ id, text }) => [id, text]))
}
