import { v7 as uuidv7 } from 'uuid'
import { insertRows } from '../../db/insert-rows.ts'
import { erasableText } from '../../db/log/erasable-text.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type Digest, digest, identifier, type TextId } from '../../domain/identifiers.ts'
import { commit, newSalt } from '../../trust/commitment.ts'

/** How an entry speaks of a text: where it stands, and a salted commitment that survives its erasure. */
export type TextReference = { readonly text: TextId; readonly commitment: Digest }

/** Stores free text, a name or an address in the store's erasable side table. */
export async function saveText(transaction: Transaction, text: string): Promise<TextReference> {
  const id = identifier<TextId>(uuidv7())
  const salt = newSalt()
  const commitment = digest(commit(text, salt))
  const { organization } = transaction
  await insertRows(transaction, erasableText, [{ organization, id, text, salt, commitment }])
  return { text: id, commitment }
}
