import { and, eq } from 'drizzle-orm'
import { personIdentity } from '../../db/control/person-identity.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'

/** Everybody of the organization who has linked an identity of this issuer. */
export async function readLinkedPeople(
  transaction: Transaction,
  issuer: string,
): Promise<readonly PersonId[]> {
  const rows = await transaction
    .select({ person: personIdentity.person })
    .from(personIdentity)
    .where(and(eq(personIdentity.organization, transaction.organization), eq(personIdentity.issuer, issuer)))
  return rows.map(({ person }) => person)
}
