import { heardLater, onlyReads, withOrganization } from '../../../db/transaction.ts'
import type { Digest, PromotionId } from '../../../domain/identifiers.ts'
import type { Verdict } from '../../../domain/promotion/state.ts'
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

export interface DecisionInput {
  readonly promotion: PromotionId
  readonly verdict: Verdict
  readonly comment: string
  readonly step: number | null
  /** The digest of the plan that the person read. */
  readonly planDigest: Digest
  readonly idempotencyKey: string
}

async function authorise(context: ServiceContext, { promotion, verdict, comment }: DecisionInput) {
  const { caller, stores } = context
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const seen = await findPromotion(transaction, caller, promotion)
    const { asked } = seen
    const planning = heardLater(
      readPlannedTargets(transaction, { promotion: asked.id, revision: asked.revision }),
    )
    const authority = await requireSigner(transaction, caller, seen, 'promotion.decide')
    onlyReads(transaction)
    if (verdict !== 'approve' && comment.trim() === '') {
      throw new Refused('comment-required', 'Say why, so that the requester can do something about it.', [
        { pointer: '/comment', message: 'must say why' },
      ])
    }
    const signIn = await readSignIn(transaction, seen.asked)
    return { authority, asked: seen.asked, targets: await planning, signIn }
  })
}

/**
 * One person's verdict on the plan they read. Rights are checked here and, as they are then, again when it is recorded.
 *
 * @throws Refused naming the rule that keeps this person from deciding now.
 */
export async function decidePromotion(context: ServiceContext, input: DecisionInput): Promise<CommandResult> {
  const { organization } = context.caller
  const { promotion, verdict, comment, step, planDigest, idempotencyKey } = input
  const { authority, asked, targets, signIn } = await authorise(context, input)
  await refuseConfidential([{ pointer: '/comment', value: comment }])
  // Asked while the command is on its way into its row.
  const moving = heardLater(
    verdict === 'approve' && planDigest === asked.planDigest
      ? planHasMoved(context, asked, targets)
      : Promise.resolve(false),
  )
  const result = await giveCommand(context, {
    stream: { organization, kind: 'promotion', id: promotion },
    kind: 'decide',
    asReceived: { verdict, comment, step, planDigest },
    idempotencyKey,
    async prepare(transaction) {
      refuseEnded(asked, 'decide')
      if (await moving) throw targetMoved()
      await requireSignIn(transaction, context.caller, signIn)
      return {
        ...signatureOf(transaction, { authority, comment, planDigest }),
        verdict,
        step,
      }
    },
  })
  return { ...result, signIn }
}
