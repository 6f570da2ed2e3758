import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { person as personTable } from '../../db/control/person.ts'
import { promotionRevision } from '../../db/control/promotion-revision.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { DecisionId, Digest, PromotionId } from '../../domain/identifiers.ts'
import { identifier } from '../../domain/identifiers.ts'
import { isFinished, type Verdict } from '../../domain/promotion/state.ts'
import type { StreamReference } from '../../domain/stream.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { requireRight } from '../people/require-right.ts'
import { Refused } from '../refused.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { type CommandResult, giveCommand } from '../stories/give-command.ts'
import { findPromotion, type SeenPromotion } from './find-promotion.ts'

export interface DecisionInput {
  readonly promotion: PromotionId
  readonly verdict: Verdict
  readonly comment: string
  readonly step: number | null
  /** The digest of the plan that the person read. */
  readonly planDigest: Digest
  readonly idempotencyKey: string
}

async function contributed(
  transaction: Transaction,
  { asked }: SeenPromotion,
  person: string,
): Promise<boolean> {
  const [row] = await transaction
    .select({ contributors: promotionRevision.contributors })
    .from(promotionRevision)
    .where(
      and(
        eq(promotionRevision.organization, transaction.organization),
        eq(promotionRevision.promotion, asked.id),
        eq(promotionRevision.revision, asked.revision),
      ),
    )
  return (
    asked.requester === person || (row?.contributors.some((contributor) => contributor === person) ?? false)
  )
}

async function authorise(context: ServiceContext, input: DecisionInput, transaction: Transaction) {
  const { caller } = context
  const seen = await findPromotion(transaction, caller, input.promotion)
  const { asked } = seen
  const standing = await requireRight(transaction, caller, 'promotion.decide', {
    through: seen.through,
    environment: asked.destinationEnvironment,
    contributed: await contributed(transaction, seen, caller.person),
  })
  if (input.verdict !== 'approve' && input.comment.trim() === '') {
    throw new Refused('comment-required', 'Say why, so that the requester can do something about it.', [
      { pointer: '/comment', message: 'must say why' },
    ])
  }
  return { standing, asked }
}

/**
 * One person's verdict on the plan they read. Rights are checked here and, as they are then, again when it is recorded.
 *
 * @throws Refused naming the rule that keeps this person from deciding now.
 */
export async function decidePromotion(context: ServiceContext, input: DecisionInput): Promise<CommandResult> {
  const { caller, stores } = context
  const stream: StreamReference = {
    organization: caller.organization,
    kind: 'promotion',
    id: input.promotion,
  }
  const { verdict, comment, step, planDigest } = input
  const { standing, asked } = await withOrganization(stores.control, caller.organization, (transaction) =>
    authorise(context, input, transaction),
  )
  await refuseConfidential([{ pointer: '/comment', value: comment }])
  return giveCommand(context, {
    stream,
    kind: 'decide',
    asReceived: { verdict, comment, step, planDigest },
    idempotencyKey: input.idempotencyKey,
    async prepare(transaction) {
      if (isFinished(asked.state)) {
        throw new Refused(
          'illegal-state',
          `The promotion is ${asked.state}: there is nothing left to decide.`,
        )
      }
      const [signer] = await transaction
        .select({ name: personTable.name })
        .from(personTable)
        .where(and(eq(personTable.organization, caller.organization), eq(personTable.id, caller.person)))
      const commentText = await saveText(transaction, comment)
      const printedNameText = await saveText(transaction, signer?.name ?? '')
      return {
        decision: identifier<DecisionId>(uuidv7()),
        verdict,
        planDigest,
        step,
        groups: standing.groups,
        commentText: commentText.text,
        printedNameText: printedNameText.text,
      }
    },
  })
}
