import { and, eq, isNotNull } from 'drizzle-orm'
import { content } from '../../db/every-store/content.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import { violatedConstraint } from '../../db/violated-constraint.ts'
import { type Digest, digest } from '../../domain/identifiers.ts'
import { digestOf } from '../../trust/canonical.ts'
import { Refused } from '../refused.ts'

/** The refusal of content that was erased: it does not come back. */
export function erased(): Refused {
  return new Refused(
    'forbidden',
    'This content was erased from the organization and may not be stored again.',
  )
}

/** What to throw where writing a version failed: the refusal of erased content, or the error itself. */
export function refusalOfVersion(error: unknown): unknown {
  return violatedConstraint(error) === 'content_stands' ? erased() : error
}

/**
 * Stores bytes under their digest, once.
 *
 * @throws Refused when the same bytes were erased before: erased content does not come back.
 */
export async function saveContent(transaction: Transaction, bytes: Uint8Array): Promise<Digest> {
  const ofBytes = digest(digestOf(bytes))
  const { organization } = transaction
  const stored = await insertRows(transaction, content, [{ organization, digest: ofBytes, bytes }], 'ignore')
  if (stored === 0 && !(await hasContent(transaction, ofBytes))) throw erased()
  return ofBytes
}

/** The bytes of a digest; undefined when they are not here or were erased. */
export async function readContent(transaction: Transaction, asked: Digest): Promise<Uint8Array | undefined> {
  const [row] = await transaction
    .select({ bytes: content.bytes })
    .from(content)
    .where(and(eq(content.organization, transaction.organization), eq(content.digest, asked)))
  return row?.bytes ?? undefined
}

/** Whether the bytes of a digest stand here; not once they were erased. */
export async function hasContent(transaction: Transaction, asked: Digest): Promise<boolean> {
  const rows = await transaction
    .select({ digest: content.digest })
    .from(content)
    .where(
      and(
        eq(content.organization, transaction.organization),
        eq(content.digest, asked),
        isNotNull(content.bytes),
      ),
    )
  return rows.length > 0
}
