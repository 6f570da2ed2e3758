import { withOrganization } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { requireRight } from '../../people/require-right.ts'
import { type CommandResult, giveCommand } from '../../stories/give-command.ts'
import { findPromotion } from '../find-promotion.ts'
import { writersOf } from '../writers-of.ts'
import { refuseEnded } from './refuse-ended.ts'

/**
 * Makes a request of a draft: it takes its locks, and preflight begins.
 *
 * @throws Refused for who may not ask for it, and for what is no draft.
 */
export async function submitPromotion(
  context: ServiceContext,
  { promotion, idempotencyKey }: { readonly promotion: PromotionId; readonly idempotencyKey: string },
): Promise<CommandResult> {
  const { caller, stores } = context
  const asked = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const seen = await findPromotion(transaction, caller, promotion)
    await requireRight(transaction, caller, 'promotion.request', {
      through: seen.through,
      environment: seen.asked.sourceEnvironment,
      writableBy: await writersOf(transaction, promotion),
    })
    return seen.asked
  })
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'promotion', id: promotion },
    kind: 'submit',
    asReceived: {},
    idempotencyKey,
    async prepare() {
      refuseEnded(asked, 'submit')
      return {}
    },
  })
}
