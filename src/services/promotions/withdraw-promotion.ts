import { withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import { isFinished } from '../../domain/promotion/state.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { standingOf } from '../people/standing.ts'
import { Refused } from '../refused.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { type CommandResult, giveCommand } from '../stories/give-command.ts'
import { findPromotion } from './find-promotion.ts'

export interface WithdrawInput {
  readonly promotion: PromotionId
  readonly reason: string
  readonly idempotencyKey: string
}

/**
 * Takes a promotion back before it has been authorized: by who may write in its source, or an owner or admin.
 *
 * @throws Refused when the caller may not, or when it has ended.
 */
export async function withdrawPromotion(
  context: ServiceContext,
  input: WithdrawInput,
): Promise<CommandResult> {
  const { caller, stores } = context
  const state = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const { asked } = await findPromotion(transaction, caller, input.promotion)
    const standing = await standingOf(transaction, caller.actor, asked.sourceEnvironment)
    const administers = standing?.organizationRole === 'owner' || standing?.organizationRole === 'admin'
    const writes = standing?.environmentRole === 'engineer' || standing?.environmentRole === 'support'
    if (!standing?.active || !(administers || writes)) {
      throw new Refused(
        'forbidden',
        'Who may write in the source, an owner or an admin may withdraw a promotion.',
      )
    }
    return asked.state
  })
  await refuseConfidential([{ pointer: '/reason', value: input.reason }])
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'promotion', id: input.promotion },
    kind: 'withdraw',
    asReceived: { reason: input.reason },
    idempotencyKey: input.idempotencyKey,
    async prepare(transaction) {
      if (isFinished(state)) {
        throw new Refused('illegal-state', `The promotion is ${state}: there is nothing left to withdraw.`)
      }
      const reason = await saveText(transaction, input.reason)
      return { reasonText: reason.text }
    },
  })
}
