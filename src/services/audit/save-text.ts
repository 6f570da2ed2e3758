import { v7 as uuidv7 } from 'uuid'
import { insertInParts } from '../../db/insert-rows.ts'
import { erasableText } from '../../db/log/erasable-text.ts'
import { heardLater, type Transaction } from '../../db/transaction.ts'
import { type Digest, digest, identifier, type TextId } from '../../domain/identifiers.ts'
import { commit, newSalt } from '../../trust/commitment.ts'

/** How an entry speaks of a text: where it stands, and a salted commitment that survives its erasure. */
export type TextReference = { readonly text: TextId; readonly commitment: Digest }

/** Stores free texts, names or addresses in the store's erasable side table; the references are in the same order. */
export async function saveTexts(
  transaction: Transaction,
  texts: readonly string[],
): Promise<readonly TextReference[]> {
  const { rows, references } = referencesTo(transaction, texts)
  await insertInParts(transaction, erasableText, rows)
  return references
}

/** The same where nobody has to wait until they are stored: where that fails, so does the transaction. */
export function saveTextsAhead(transaction: Transaction, texts: readonly string[]): readonly TextReference[] {
  const { rows, references } = referencesTo(transaction, texts)
  void heardLater(insertInParts(transaction, erasableText, rows))
  return references
}

function referencesTo({ organization }: Transaction, texts: readonly string[]) {
  const rows = texts.map((text) => {
    const salt = newSalt()
    const id = identifier<TextId>(uuidv7())
    return { organization, id, text, salt, commitment: digest(commit(text, salt)) }
  })
  const references = rows.map(({ id, commitment }): TextReference => ({ text: id, commitment }))
  return { rows, references }
}

/** Stores one text. */
export async function saveText(transaction: Transaction, text: string): Promise<TextReference> {
  const [saved] = await saveTexts(transaction, [text])
  if (saved === undefined) throw new RangeError('a text was not stored')
  return saved
}
