import { and, eq } from 'drizzle-orm'
import { personIdentity } from '../../db/control/person-identity.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type Instant, instant, type PersonId } from '../../domain/identifiers.ts'
import type { Identity } from '../ports.ts'

/** The identity that a person has linked, and since when. */
export interface LinkedIdentity extends Identity {
  readonly linkedAt: Instant
}

/** A person's identity; undefined where none is linked. */
export async function readIdentity(
  transaction: Transaction,
  person: PersonId,
): Promise<LinkedIdentity | undefined> {
  const { organization } = transaction
  const [row] = await transaction
    .select()
    .from(personIdentity)
    .where(and(eq(personIdentity.organization, organization), eq(personIdentity.person, person)))
  return row && { issuer: row.issuer, subject: row.subject, linkedAt: instant(row.linkedAt) }
}
