import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { promotionComment } from '../../../db/control/promotion-comment.ts'
import { erasableText } from '../../../db/log/erasable-text.ts'
import type { Transaction } from '../../../db/transaction.ts'
import {
  type CommentId,
  type Instant,
  identifier,
  instant,
  type PersonId,
  type PromotionId,
  type ServiceAccountId,
} from '../../../domain/identifiers.ts'
import type { PageAsked } from '../../page-asked.ts'
import type { PagePlace } from '../../people/read-people.ts'

/** What somebody said about a promotion. */
export interface CommentView {
  readonly id: CommentId
  readonly promotion: PromotionId
  readonly person: PersonId
  /** The service account that wrote for the person; null where they wrote it themselves. */
  readonly account: ServiceAccountId | null
  /** Null once erased. */
  readonly text: string | null
  readonly createdAt: Instant
}

const createdAt = sql`date_trunc('milliseconds', ${promotionComment.createdAt})`

async function select(
  transaction: Transaction,
  promotion: PromotionId,
  condition: SQL | undefined,
  limit: number,
): Promise<readonly CommentView[]> {
  const rows = await transaction
    .select({ comment: promotionComment, text: erasableText.text })
    .from(promotionComment)
    .innerJoin(
      erasableText,
      and(
        eq(erasableText.organization, promotionComment.organization),
        eq(erasableText.id, promotionComment.commentText),
      ),
    )
    .where(
      and(
        eq(promotionComment.organization, transaction.organization),
        eq(promotionComment.promotion, promotion),
        condition,
      ),
    )
    .orderBy(desc(createdAt), desc(promotionComment.id))
    .limit(limit)
  return rows.map(({ comment: { id, person, actor, createdAt: at }, text }) => ({
    id,
    promotion,
    person,
    account: actor === person ? null : identifier<ServiceAccountId>(actor),
    text,
    createdAt: instant(at),
  }))
}

/** The comments on a promotion, newest first. */
export async function readComments(
  transaction: Transaction,
  promotion: PromotionId,
  { after, limit }: PageAsked<PagePlace>,
): Promise<readonly CommentView[]> {
  const rest =
    after && sql`(${createdAt}, ${promotionComment.id}) < (${after.instant}::timestamptz, ${after.id}::uuid)`
  return select(transaction, promotion, rest, limit)
}

/** One comment on a promotion; undefined when it has none of that id. */
export async function readComment(
  transaction: Transaction,
  promotion: PromotionId,
  id: string,
): Promise<CommentView | undefined> {
  const [found] = await select(transaction, promotion, sql`${promotionComment.id} = ${id}::uuid`, 1)
  return found
}
