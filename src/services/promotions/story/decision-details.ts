import type { JsonObject } from '../../../domain/json.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import { shownAuthentication } from '../../../domain/sign-in/authentication.ts'
import type { StoredCommand } from '../../stories/story-rules.ts'

/** What the entry of a decision tells besides the event: how its person proved who they are. Nothing of other events. */
export function decisionDetails({ type }: PromotionEvent, command: StoredCommand | null): JsonObject {
  if (command === null || (type !== 'decided' && type !== 'overridden')) return {}
  return { authentication: shownAuthentication(command.authentication) }
}
