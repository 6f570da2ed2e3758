import type { EnvironmentId, PersonId, PromotionId } from '../../../domain/identifiers.ts'
import type { EntryDraft } from '../../audit/append-entries.ts'
import type { StoredCommand } from '../../stories/story-rules.ts'

export interface PromotionSubject {
  readonly promotion: PromotionId
  readonly destination: EnvironmentId
  readonly requester: PersonId
}

/** Who and what an entry of a promotion, or of its rollout, is about: its own steps are its requester's. */
export function aboutPromotion(
  { promotion, destination, requester }: PromotionSubject,
  command: StoredCommand | null,
): Pick<EntryDraft, 'subject' | 'actor' | 'environment' | 'promotion'> {
  return {
    subject: `promotion/${promotion}`,
    actor:
      command === null
        ? { person: requester, via: 'workflow' }
        : { person: command.claim.person, via: command.via, key: command.key },
    environment: destination,
    promotion,
  }
}
