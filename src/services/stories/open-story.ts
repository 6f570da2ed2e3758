import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { Story, StreamReference } from '../../domain/stream.ts'
import type { StoryRules } from './story-rules.ts'

/**
 * A story as the database holds it, for a workflow that begins or begins again.
 *
 * @throws NeverStored when the organization has no such story.
 */
export async function openStory<
  Facts,
  Event extends { readonly type: string },
  State extends { readonly seq: number },
>(
  control: StorePool,
  rules: StoryRules<Facts, Event, State>,
  stream: StreamReference,
): Promise<Story<Facts, Event>> {
  return withOrganization(control, stream.organization, (transaction) => rules.load(transaction, stream))
}
