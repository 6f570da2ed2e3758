import type { JsonObject } from '../../domain/json.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import type { TextReference } from '../audit/save-text.ts'
import type { DelegationView } from './read-delegations.ts'

function told({ delegator, to, startsAt, endsAt, revokedAt }: DelegationView): JsonObject {
  return { delegator, to, startsAt, endsAt, revokedAt }
}

/** The entry for a delegation that was given. */
export function delegationGiven(actor: EntryActor, given: DelegationView, reason: TextReference): EntryDraft {
  const details = { reason: { ...reason }, before: null, after: told(given) }
  return { type: 'delegation.given', subject: `delegation/${given.id}`, actor, details }
}

/** The entry for a delegation that was ended before its time. */
export function delegationEnded(
  actor: EntryActor,
  before: DelegationView,
  after: DelegationView,
): EntryDraft {
  const details = { before: told(before), after: told(after) }
  return { type: 'delegation.ended', subject: `delegation/${before.id}`, actor, details }
}
