import { v7 as uuidv7 } from 'uuid'
import { promotionComment } from '../../../db/control/promotion-comment.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import { withOrganization } from '../../../db/transaction.ts'
import { type CommentId, identifier, type PromotionId } from '../../../domain/identifiers.ts'
import { appendEntries } from '../../audit/append-entries.ts'
import { saveText } from '../../audit/save-text.ts'
import type { ServiceContext } from '../../context.ts'
import { claimKey, type RepeatableRequest } from '../../idempotency/claim-key.ts'
import { holdKey } from '../../keys/hold-key.ts'
import { notFound } from '../../organizations/require-organization-key.ts'
import { entryActor } from '../../people/entry-actor.ts'
import { requireRight } from '../../people/require-right.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { findPromotion } from '../find-promotion.ts'
import { type CommentView, readComment } from './read-comments.ts'

export interface CommentInput {
  readonly promotion: PromotionId
  readonly text: string
  readonly idempotency: RepeatableRequest
}

export interface CommentResult {
  readonly comment: CommentView
  readonly replayed: boolean
}

/**
 * Says something about a promotion, in whatever state it is: by who has a role in its source or destination, with a key
 * of that end. It decides nothing, and no workflow hears of it.
 *
 * @throws Refused `not-found` to who may not read the promotion, `forbidden` to who only oversees it, `unauthenticated` with a
 * key that was revoked meanwhile, `literal-secret` or `patient-data` for a text that holds either.
 */
export async function commentOnPromotion(
  { caller, stores }: ServiceContext,
  { promotion, text, idempotency }: CommentInput,
): Promise<CommentResult> {
  const { organization, person, actor } = caller
  return withOrganization(stores.control, organization, async (transaction) => {
    const { through, asked } = await findPromotion(transaction, caller, promotion)
    const environment = through === 'source' ? asked.sourceEnvironment : asked.destinationEnvironment
    await requireRight(transaction, caller, 'promotion.comment', { through, environment })
    await holdKey(transaction, caller)
    await refuseConfidential([{ pointer: '/text', value: text }])
    const id = identifier<CommentId>(uuidv7())
    const claim = { ...idempotency, actor, operation: 'commentOnPromotion', resource: id }
    const claimed = await claimKey(transaction, claim)
    const replayed = claimed.kind === 'replay'
    const saved = replayed ? null : await saveText(transaction, text)
    if (saved !== null) {
      const row = { organization, id, promotion, person, actor, commentText: saved.text }
      await insertRows(transaction, promotionComment, [row])
    }
    const comment = await readComment(transaction, promotion, replayed ? claimed.resource : id)
    if (comment === undefined) throw notFound()
    if (saved !== null) {
      const details = { comment: id, text: { ...saved } }
      const about = { subject: `promotion/${promotion}`, actor: entryActor(caller), environment, promotion }
      await appendEntries(transaction, [{ type: 'promotion.commented', ...about, details }])
    }
    return { comment, replayed }
  })
}
