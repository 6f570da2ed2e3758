import { heardLater, withOrganization } from '../../../db/transaction.ts'
import type { Digest, PromotionId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { Refused } from '../../refused.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { type CommandResult, giveCommand } from '../../stories/give-command.ts'
import { findPromotion } from '../find-promotion.ts'
import { readPlannedTargets } from '../story/planned-targets.ts'
import { planHasMoved, targetMoved } from './moved-plan.ts'
import { refuseEnded } from './refuse-ended.ts'
import { readSignIn, requireSignIn } from './sign-in.ts'
import { requireSigner, signatureOf } from './signature.ts'

export interface OverrideInput {
  readonly promotion: PromotionId
  readonly reason: string
  /** The digest of the plan that the person read. */
  readonly planDigest: Digest
  readonly idempotencyKey: string
}

/**
 * One named person who contributed nothing stands in for the quorum, with a reason. It lowers the number and never the
 * four eyes.
 *
 * @throws Refused naming the rule that keeps this person from doing so now.
 */
export async function overridePromotion(
  context: ServiceContext,
  { promotion, reason, planDigest, idempotencyKey }: OverrideInput,
): Promise<CommandResult> {
  const { caller, stores } = context
  const { authority, asked, targets, signIn } = await withOrganization(
    stores.control,
    caller.organization,
    async (transaction) => {
      const seen = await findPromotion(transaction, caller, promotion)
      const { asked } = seen
      const planning = heardLater(
        readPlannedTargets(transaction, { promotion: asked.id, revision: asked.revision }),
      )
      const authority = await requireSigner(transaction, caller, seen, 'promotion.override')
      if (reason.trim() === '') {
        throw new Refused('comment-required', 'Say why, so that others can review it afterwards.', [
          { pointer: '/reason', message: 'must say why' },
        ])
      }
      const signIn = await readSignIn(transaction, seen.asked)
      return { authority, asked: seen.asked, targets: await planning, signIn }
    },
  )
  await refuseConfidential([{ pointer: '/reason', value: reason }])
  // Asked while the command is on its way into its row.
  const moving = heardLater(
    planDigest === asked.planDigest ? planHasMoved(context, asked, targets) : Promise.resolve(false),
  )
  const result = await giveCommand(context, {
    stream: { organization: caller.organization, kind: 'promotion', id: promotion },
    kind: 'override',
    asReceived: { reason, planDigest },
    idempotencyKey,
    async prepare(transaction) {
      refuseEnded(asked, 'stand in for')
      if (await moving) throw targetMoved()
      await requireSignIn(transaction, caller, signIn)
      return signatureOf(transaction, { authority, comment: reason, planDigest })
    },
  })
  return { ...result, signIn }
}
