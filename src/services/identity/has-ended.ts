import { createHash } from 'node:crypto'
import { and, eq, gte } from 'drizzle-orm'
import { endedIdentity } from '../../db/control/ended-identity.ts'
import type { Transaction } from '../../db/transaction.ts'
import { digest } from '../../domain/identifiers.ts'
import type { VerifiedToken } from '../ports.ts'

/** Whether a link to the token's identity ended, in this organization, when the token was issued or later. */
export async function hasEnded(
  transaction: Transaction,
  { identity: { issuer, subject }, issuedAt }: VerifiedToken,
): Promise<boolean> {
  const subjectDigest = digest(createHash('sha256').update(subject).digest('hex'))
  const ended = and(
    eq(endedIdentity.organization, transaction.organization),
    eq(endedIdentity.issuer, issuer),
    eq(endedIdentity.subjectDigest, subjectDigest),
    gte(endedIdentity.endedAt, new Date(issuedAt)),
  )
  const rows = await transaction
    .select({ endedAt: endedIdentity.endedAt })
    .from(endedIdentity)
    .where(ended)
    .limit(1)
  return rows.length > 0
}
