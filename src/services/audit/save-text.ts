import { v7 as uuidv7 } from 'uuid'
import { insertInParts } from '../../db/insert-rows.ts'
import { erasableText } from '../../db/log/erasable-text.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type Digest, digest, identifier, type TextId } from '../../domain/identifiers.ts'
import { commit, newSalt } from '../../trust/commitment.ts'

/** How an entry speaks of a text: where it stands, and a salted commitment that survives its erasure. */
export type TextReference = { readonly text: TextId; readonly commitment: Digest }

/** Stores free texts, names or addresses in the store's erasable side table; the references are in the same order. */
export async function saveTexts(
  transaction: Transaction,
  texts: readonly string[],
): Promise<readonly TextReference[]> {
  const { organization } = transaction
  const rows = texts.map((text) => {
    const salt = newSalt()
    const id = identifier<TextId>(uuidv7())
    return { organization, id, text, salt, commitment: digest(commit(text, salt)) }
  })
  await insertInParts(transaction, erasableText, rows)
  return rows.map(({ id, commitment }) => ({ text: id, commitment }))
}

/** The same for one text. */
export async function saveText(transaction: Transaction, text: string): Promise<TextReference> {
  const [saved] = await saveTexts(transaction, [text])
  if (saved === undefined) throw new RangeError('a text was not stored')
  return saved
}
