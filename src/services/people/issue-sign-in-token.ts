import { v7 as uuidv7 } from 'uuid'
import { signInToken } from '../../db/control/sign-in-token.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { newToken } from '../keys/bearer-token.ts'
import type { Clock } from '../ports.ts'

const validMilliseconds = 24 * 60 * 60 * 1000

/** Stores a token with which a person makes their first keys, for a day. The text is known here and nowhere else. */
export async function issueSignInToken(
  transaction: Transaction,
  clock: Clock,
  { person, issuedBy }: { readonly person: PersonId; readonly issuedBy: PersonId },
): Promise<string> {
  const id = uuidv7()
  const { text, digest: secretDigest } = newToken('sign-in', id)
  const expiresAt = new Date(Date.parse(clock.now()) + validMilliseconds)
  const { organization } = transaction
  await insertRows(transaction, signInToken, [
    { organization, id, person, issuedBy, secretDigest, expiresAt },
  ])
  return text
}
