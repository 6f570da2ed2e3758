import { and, eq } from 'drizzle-orm'
import { decision as decisionTable } from '../../../db/control/decision.ts'
import { withOrganization } from '../../../db/transaction.ts'
import type { DecisionId, PromotionId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { requireRight } from '../../people/require-right.ts'
import { Refused } from '../../refused.ts'
import { type CommandResult, giveCommand } from '../../stories/give-command.ts'
import { findPromotion } from '../find-promotion.ts'
import { refuseEnded } from './refuse-ended.ts'

export interface WithdrawDecisionInput {
  readonly promotion: PromotionId
  readonly decision: DecisionId
}

/**
 * Takes back one's own vote, as long as its step waits for others; then one may decide anew. Repeating it changes
 * nothing.
 *
 * @throws Refused `not-found` for a decision that is none of this promotion, `forbidden` for another person's.
 */
export async function withdrawDecision(
  context: ServiceContext,
  { promotion, decision }: WithdrawDecisionInput,
): Promise<CommandResult> {
  const { caller, stores } = context
  const { asked, vote } = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const { asked, through } = await findPromotion(transaction, caller, promotion)
    await requireRight(transaction, caller, 'promotion.decide', {
      through,
      environment: asked.destinationEnvironment,
    })
    const [vote] = await transaction
      .select({
        person: decisionTable.person,
        step: decisionTable.step,
        withdrawnAt: decisionTable.withdrawnAt,
      })
      .from(decisionTable)
      .where(
        and(
          eq(decisionTable.organization, caller.organization),
          eq(decisionTable.promotion, promotion),
          eq(decisionTable.id, decision),
        ),
      )
    if (vote === undefined) throw new Refused('not-found', 'This promotion has no such decision.')
    if (vote.person !== caller.person) {
      throw new Refused('forbidden', 'Everybody withdraws their own decisions, and nobody another person’s.')
    }
    return { asked, vote }
  })
  // A vote is withdrawn once, so that its own id tells a repetition; what came while its step was closed is another try.
  const inTime = vote.withdrawnAt !== null || vote.step === asked.step
  const tried = `withdraw ${decision}`
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'promotion', id: promotion },
    kind: 'withdraw-decision',
    asReceived: { decision },
    idempotencyKey: inTime ? tried : `${tried} late, ${asked.updatedAt.toISOString()}`,
    async prepare() {
      refuseEnded(asked, 'withdraw a vote from')
      return { decision }
    },
  })
}
