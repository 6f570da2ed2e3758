import { and, eq } from 'drizzle-orm'
import { verdictEnvelope } from '../../../db/control/verdict-envelope.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Digest } from '../../../domain/identifiers.ts'
import { type Envelope, EnvelopeRefused, readEnvelope } from '../../../trust/dsse.ts'
import { JsonRefused, parseStrict } from '../../../trust/strict-parse.ts'
import type { SignedVerdict } from './verify-verdict.ts'

/** Stores a verified envelope for good; the same one again changes nothing. */
export async function saveEnvelope(
  transaction: Transaction,
  { digest, envelope }: Pick<SignedVerdict, 'digest' | 'envelope'>,
): Promise<void> {
  const { organization } = transaction
  await insertRows(transaction, verdictEnvelope, [{ organization, digest, envelope }], 'ignore')
}

function decoded(stored: Uint8Array): Envelope | undefined {
  try {
    return readEnvelope(parseStrict(stored))
  } catch (error) {
    if (error instanceof EnvelopeRefused || error instanceof JsonRefused) return undefined
    throw error
  }
}

/** A stored envelope, to be verified by whoever reads it; undefined where there is none, or what is stored is none. */
export async function readStoredEnvelope(
  transaction: Transaction,
  digest: Digest,
): Promise<Envelope | undefined> {
  const [row] = await transaction
    .select({ envelope: verdictEnvelope.envelope })
    .from(verdictEnvelope)
    .where(
      and(eq(verdictEnvelope.organization, transaction.organization), eq(verdictEnvelope.digest, digest)),
    )
  return row && decoded(row.envelope)
}
