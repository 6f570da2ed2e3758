import { and, eq } from 'drizzle-orm'
import { person as personTable } from '../../db/control/person.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Caller } from '../context.ts'

/** The caller's name as it reads now, to be kept with what they sign. */
export async function readOwnName(
  transaction: Transaction,
  { person }: Pick<Caller, 'person'>,
): Promise<string> {
  const [signer] = await transaction
    .select({ name: personTable.name })
    .from(personTable)
    .where(and(eq(personTable.organization, transaction.organization), eq(personTable.id, person)))
  return signer?.name ?? ''
}
