import { and, eq } from 'drizzle-orm'
import { person as personTable } from '../../db/control/person.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'

/**
 * Puts changes of a person's link, and exchanges of their tokens, in a row: a token is not exchanged for a link that is
 * being removed. Before their standing is asked for, which would hold the row with others.
 */
export async function lockPerson(transaction: Transaction, person: PersonId): Promise<void> {
  await transaction
    .select({ id: personTable.id })
    .from(personTable)
    .where(and(eq(personTable.organization, transaction.organization), eq(personTable.id, person)))
    .for('no key update')
}
