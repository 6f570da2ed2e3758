import { and, eq, inArray } from 'drizzle-orm'
import { content as contentTable } from '../../db/every-store/content.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Digest } from '../../domain/identifiers.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import type { StoredContent } from '../screening/screen-stored.ts'

/** Contents of the transaction's store by digest; what was erased, or is not there, is left out. */
export async function readStoredContents(
  transaction: Transaction,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, StoredContent>> {
  if (digests.length === 0) return new Map()
  const rows = await transaction
    .select({ digest: contentTable.digest, bytes: contentTable.bytes })
    .from(contentTable)
    .where(
      and(
        eq(contentTable.organization, transaction.organization),
        inArray(contentTable.digest, [...new Set(digests)]),
      ),
    )
  return new Map(
    rows.flatMap(({ digest, bytes }) =>
      bytes === null ? [] : [[digest, { digest, content: parseStrict(bytes) }]],
    ),
  )
}
