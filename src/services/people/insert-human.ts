import { actor as actorTable } from '../../db/control/actor.ts'
import { person as personTable } from '../../db/control/person.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'

/** Writes a human's rows and returns the entry that tells of them. */
export async function insertHuman(
  transaction: Transaction,
  actor: EntryActor,
  { id, name, email }: { readonly id: PersonId; readonly name: string; readonly email?: string | undefined },
): Promise<EntryDraft> {
  const { organization } = transaction
  await insertRows(transaction, actorTable, [{ organization, id, kind: 'human' }])
  await insertRows(transaction, personTable, [
    { organization, id, name, ...(email === undefined ? {} : { email }) },
  ])
  const details = {
    name: await saveText(transaction, name),
    ...(email === undefined ? {} : { email: await saveText(transaction, email) }),
  }
  return { type: 'person.created', subject: `person/${id}`, actor, details }
}
