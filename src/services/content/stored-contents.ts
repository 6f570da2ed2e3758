import { and, eq, sql } from 'drizzle-orm'
import { content as contentTable } from '../../db/every-store/content.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Digest } from '../../domain/identifiers.ts'
import { parseStrictText } from '../../trust/strict-parse.ts'
import type { StoredContent } from '../screening/screen-stored.ts'

// As text: bytes travel as twice as many hexadecimal digits, and had to be read as text afterwards.
const text = sql<string | null>`convert_from(${contentTable.bytes}, 'UTF8')`

function asBytes(digest: Digest): Uint8Array {
  return Buffer.from(digest, 'hex')
}

/** Contents of the transaction's store by digest; what was erased, or is not there, is left out. */
export async function readStoredContents(
  transaction: Transaction,
  digests: readonly Digest[],
): Promise<ReadonlyMap<Digest, StoredContent>> {
  if (digests.length === 0) return new Map()
  const rows = await transaction
    .select({ digest: contentTable.digest, text })
    .from(contentTable)
    .where(
      and(
        eq(contentTable.organization, transaction.organization),
        sql`${contentTable.digest} = any (${sql.param([...new Set(digests)].map(asBytes))}::bytea[])`,
      ),
    )
  return new Map(
    rows.flatMap(({ digest, text: stored }) =>
      stored === null ? [] : [[digest, { digest, content: parseStrictText(stored) }]],
    ),
  )
}
