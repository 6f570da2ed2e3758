import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { Refused } from '../refused.ts'
import { readPerson } from './read-people.ts'

/** Throws Refused `invalid-body` unless a service account may act for this person: an active human of the organization. */
export async function requireActiveHuman(transaction: Transaction, owner: PersonId): Promise<void> {
  const answering = await readPerson(transaction, owner)
  if (answering?.kind === 'human' && answering.active) return
  const message = 'must be an active human of this organization'
  throw new Refused('invalid-body', 'A service account acts for an active human.', [
    { pointer: '/owner', message },
  ])
}
