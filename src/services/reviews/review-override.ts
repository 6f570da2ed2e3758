import { and, eq, inArray } from 'drizzle-orm'
import { command as commandTable } from '../../db/control/command.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { ReviewOutcome } from '../../domain/review/review.ts'
import type { StreamReference } from '../../domain/stream.ts'
import { saveText } from '../audit/save-text.ts'
import type { Caller, ServiceContext } from '../context.ts'
import { requireRight } from '../people/require-right.ts'
import { findPromotion } from '../promotions/find-promotion.ts'
import { Refused } from '../refused.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { type CommandResult, commandId, giveCommand } from '../stories/give-command.ts'
import { readReviews, type StoredReview, shownReview } from './read-reviews.ts'
import { refusalOfReviewer } from './refusal-of-reviewer.ts'

export interface ReviewInput {
  readonly promotion: PromotionId
  readonly outcome: ReviewOutcome
  readonly comment: string
  readonly idempotencyKey: string
}

function streamOf({ review }: StoredReview): StreamReference {
  return { organization: review.organization, kind: 'review', id: review.id }
}

// Sent twice it is about the same override, also when another one waits by then.
async function chooseReview(
  transaction: Transaction,
  { person }: Caller,
  { promotion, idempotencyKey }: ReviewInput,
): Promise<StoredReview> {
  const reviews = await readReviews(transaction, promotion)
  const ids = new Map(reviews.map((one) => [commandId(person, streamOf(one), idempotencyKey), one]))
  const [earlier] = await transaction
    .select({ id: commandTable.id })
    .from(commandTable)
    .where(
      and(eq(commandTable.organization, transaction.organization), inArray(commandTable.id, [...ids.keys()])),
    )
  const chosen = (earlier && ids.get(earlier.id)) ?? shownReview(reviews)
  if (chosen === undefined) {
    throw new Refused(
      'illegal-state',
      'Nobody stood in for those who have to sign: there is nothing to review.',
    )
  }
  return chosen
}

async function authorise({ caller, stores }: ServiceContext, input: ReviewInput): Promise<StoredReview> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const { asked, through } = await findPromotion(transaction, caller, input.promotion)
    const environment = asked.destinationEnvironment
    const standing = await requireRight(transaction, caller, 'promotion.review-override', {
      through,
      environment,
    })
    const chosen = await chooseReview(transaction, caller, input)
    const { promotion, revision, person: overriddenBy, contributors } = chosen.review
    const refusal = await refusalOfReviewer(
      transaction,
      { promotion, revision, overriddenBy, contributors },
      standing,
    )
    if (refusal !== null) throw new Refused(refusal.code, refusal.detail)
    if (input.comment.trim() === '') {
      throw new Refused('comment-required', 'Say what you found: it is what is left of the emergency.', [
        { pointer: '/comment', message: 'must say what was found' },
      ])
    }
    return chosen
  })
}

/**
 * One person, who neither stood in for the quorum nor contributed, says whether it was right to. It changes nothing by
 * itself and is said once. Rights are checked here and, as they are then, again when it is recorded.
 *
 * @throws Refused naming the rule that keeps this person from reviewing, or `illegal-state` where nothing waits for it.
 */
export async function reviewOverride(context: ServiceContext, input: ReviewInput): Promise<CommandResult> {
  const { outcome, comment, idempotencyKey } = input
  const chosen = await authorise(context, input)
  await refuseConfidential([{ pointer: '/comment', value: comment }])
  return giveCommand(context, {
    stream: streamOf(chosen),
    kind: 'review-override',
    asReceived: { outcome, comment },
    idempotencyKey,
    async prepare(transaction) {
      if (chosen.found !== null) {
        throw new Refused('illegal-state', 'This override has been reviewed: it is, once.')
      }
      const { text } = await saveText(transaction, comment)
      return { outcome, commentText: text }
    },
  })
}
