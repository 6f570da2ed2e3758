import { environment as environmentTable } from '../../db/control/environment.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StoreName } from '../../db/stores.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { EnvironmentKind } from '../context.ts'
import { Refused } from '../refused.ts'

export interface NewEnvironment {
  readonly id: EnvironmentId
  readonly name: string
  readonly kind: EnvironmentKind
  readonly store: StoreName
}

/**
 * Writes an environment's row and returns the entry that tells of it.
 *
 * @throws Refused `name-taken` when the organization has an environment of that name.
 */
export async function insertEnvironment(
  transaction: Transaction,
  actor: EntryActor,
  { id, name, kind, store }: NewEnvironment,
): Promise<EntryDraft> {
  const { organization } = transaction
  const row = { organization, id, kind, name, store }
  if ((await insertRows(transaction, environmentTable, [row], 'ignore')) === 0) {
    throw new Refused('name-taken', 'The organization has an environment of this name. Choose another one.', [
      { pointer: '/name', message: 'is the name of another environment' },
    ])
  }
  const details = { kind, store, name: await saveText(transaction, name) }
  return { type: 'environment.created', subject: `environment/${id}`, actor, environment: id, details }
}
