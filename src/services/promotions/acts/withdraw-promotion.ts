import { withOrganization } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import { saveText } from '../../audit/save-text.ts'
import type { ServiceContext } from '../../context.ts'
import { requireRight } from '../../people/require-right.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { type CommandResult, giveCommand } from '../../stories/give-command.ts'
import { findPromotion } from '../find-promotion.ts'
import { writersOf } from '../writers-of.ts'
import { refuseEnded } from './refuse-ended.ts'

export interface WithdrawInput {
  readonly promotion: PromotionId
  readonly reason: string
  readonly idempotencyKey: string
}

/**
 * Takes a promotion back before it has been authorized: by who may write all its assets in its source, with a key of
 * it, or by an owner or admin with a key of the organization.
 *
 * @throws Refused when the caller may not, or when it has ended.
 */
export async function withdrawPromotion(
  context: ServiceContext,
  input: WithdrawInput,
): Promise<CommandResult> {
  const { caller, stores } = context
  const asked = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const { asked, through } = await findPromotion(transaction, caller, input.promotion)
    await requireRight(transaction, caller, 'promotion.withdraw', {
      through,
      environment: asked.sourceEnvironment,
      writableBy: await writersOf(transaction, input.promotion),
    })
    return asked
  })
  await refuseConfidential([{ pointer: '/reason', value: input.reason }])
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'promotion', id: input.promotion },
    kind: 'withdraw',
    asReceived: { reason: input.reason },
    idempotencyKey: input.idempotencyKey,
    async prepare(transaction) {
      refuseEnded(asked, 'withdraw')
      const reason = await saveText(transaction, input.reason)
      return { reasonText: reason.text }
    },
  })
}
