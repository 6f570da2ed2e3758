import { withOrganization } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import type { JsonObject } from '../../../domain/json.ts'
import type { Act } from '../../../domain/rights/acts.ts'
import { saveText } from '../../audit/save-text.ts'
import type { ServiceContext } from '../../context.ts'
import { requireRight } from '../../people/require-right.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { type CommandResult, giveCommand } from '../../stories/give-command.ts'
import { findPromotion } from '../find-promotion.ts'
import { refuseEnded } from './refuse-ended.ts'

type SteeringAct = Extract<Act, 'promotion.schedule' | 'promotion.abort' | 'promotion.retry'>

interface Steering {
  readonly promotion: PromotionId
  readonly act: SteeringAct
  readonly kind: 'schedule' | 'abort' | 'retry'
  readonly given: JsonObject
  /** Free text among it, which is stored as a text. */
  readonly reason: string | null
  readonly idempotencyKey: string
}

/** What the requester or the destination's engineers do with a promotion on its way. */
async function steer(
  context: ServiceContext,
  { promotion, act, kind, given, reason, idempotencyKey }: Steering,
): Promise<CommandResult> {
  const { caller, stores } = context
  const asked = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const seen = await findPromotion(transaction, caller, promotion)
    const { through } = seen
    await requireRight(transaction, caller, act, {
      through,
      environment: through === 'source' ? seen.asked.sourceEnvironment : seen.asked.destinationEnvironment,
      requested: seen.asked.requester === caller.person,
    })
    return seen.asked
  })
  if (reason !== null) await refuseConfidential([{ pointer: '/reason', value: reason }])
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'promotion', id: promotion },
    kind,
    asReceived: reason === null ? given : { reason },
    idempotencyKey,
    async prepare(transaction) {
      refuseEnded(asked, kind)
      return reason === null ? given : { reasonText: (await saveText(transaction, reason)).text }
    },
  })
}

interface Steered {
  readonly promotion: PromotionId
  readonly idempotencyKey: string
}

/**
 * Chooses another time to land, or none.
 *
 * @throws Refused for anybody but the requester and the destination's engineers, and once it is on its way.
 */
export function schedulePromotion(
  context: ServiceContext,
  { notBefore, ...steered }: Steered & { readonly notBefore: string | null },
): Promise<CommandResult> {
  const given = { notBefore }
  return steer(context, { ...steered, act: 'promotion.schedule', kind: 'schedule', given, reason: null })
}

/**
 * Stops a promotion before it lands.
 *
 * @throws Refused for anybody but the requester and the destination's engineers, and once it is on its way.
 */
export function abortPromotion(
  context: ServiceContext,
  { reason, ...steered }: Steered & { readonly reason: string },
): Promise<CommandResult> {
  return steer(context, { ...steered, act: 'promotion.abort', kind: 'abort', given: {}, reason })
}

/**
 * Has undoing tried again where it got stuck.
 *
 * @throws Refused for anybody but the destination's engineers, and where nothing is stuck.
 */
export function retryPromotion(context: ServiceContext, steered: Steered): Promise<CommandResult> {
  return steer(context, { ...steered, act: 'promotion.retry', kind: 'retry', given: {}, reason: null })
}
