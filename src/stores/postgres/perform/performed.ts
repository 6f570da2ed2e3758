import { v7 as uuidv7 } from 'uuid'
import type { JsonObject } from '../../../domain/json.ts'
import type { AuthorizedAct } from '../../../services/asset-store.ts'
import type { EntryDraft } from '../../../services/audit/append-entries.ts'
import { cited, throughWorkflow } from '../entries.ts'

/** What an act came to: the version it is about, and the entries that tell of it. */
export interface Performed {
  readonly version: number
  /** The id of the entry that the act's row names. */
  readonly entry: string
  readonly entries: readonly EntryDraft[]
}

/** What every entry of an act says: its command, its fence and what allowed it. */
export function performedDetails({ id: command, fence, grant }: AuthorizedAct): JsonObject {
  return { command, fence, authorization: cited(grant) }
}

/** The entry of a performed act. */
export function performedEntry(
  act: AuthorizedAct,
  told: {
    readonly id?: string
    readonly type: string
    readonly facts: JsonObject
    readonly details?: JsonObject
  },
): EntryDraft & { readonly id: string } {
  const { asset, environment, person } = act
  return {
    id: told.id ?? uuidv7(),
    type: told.type,
    subject: `asset/${asset}`,
    actor: throughWorkflow(person),
    environment,
    asset,
    facts: told.facts,
    details: { ...told.details, ...performedDetails(act) },
  }
}
