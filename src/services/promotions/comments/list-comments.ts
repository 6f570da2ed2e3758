import { withOrganization } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import type { PageAsked } from '../../page-asked.ts'
import type { PagePlace } from '../../people/read-people.ts'
import { findPromotion } from '../find-promotion.ts'
import { type CommentView, readComments } from './read-comments.ts'

/**
 * What was said about a promotion, newest first, to whoever may read it.
 *
 * @throws Refused `not-found` to anybody else.
 */
export async function listComments(
  { caller, stores }: ServiceContext,
  promotion: PromotionId,
  page: PageAsked<PagePlace>,
): Promise<readonly CommentView[]> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await findPromotion(transaction, caller, promotion)
    return readComments(transaction, promotion, page)
  })
}
