import type { JsonObject } from '../../../domain/json.ts'
import type { AuthorizedAct } from '../../../services/asset-store.ts'
import type { EntryDraft } from '../../../services/audit/append-entries.ts'
import { cited, throughWorkflow } from '../entries.ts'

/** What an act came to: the version it is about, and the entry that tells of it. */
export interface Performed {
  readonly version: number
  readonly entry: EntryDraft & { readonly id: string }
}

/** The entry of a performed act, which names its command, its fence and what allowed it. */
export function performedEntry(
  { id: command, asset, environment, fence, person, grant }: AuthorizedAct,
  told: {
    readonly id: string
    readonly type: string
    readonly facts: JsonObject
    readonly details?: JsonObject
  },
): Performed['entry'] {
  return {
    id: told.id,
    type: told.type,
    subject: `asset/${asset}`,
    actor: throughWorkflow(person),
    environment,
    asset,
    facts: told.facts,
    details: { ...told.details, command, fence, authorization: cited(grant) },
  }
}
