import { and, asc, eq, lte } from 'drizzle-orm'
import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { promotionResubmission } from '../../../db/control/promotion-resubmission.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Digest, PersonId } from '../../../domain/identifiers.ts'
import { NeverStored } from '../../stories/never-stored.ts'

export interface RevisionRequest {
  /** Of the document that was sent along. */
  readonly request: Digest
  /** Everybody who asked for this revision or an earlier one besides the requester. */
  readonly resubmitters: readonly PersonId[]
}

/**
 * What a revision of a promotion was asked with.
 *
 * @throws NeverStored for a revision that nobody asked for.
 */
export async function readRevisionRequest(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
  revision: number,
): Promise<RevisionRequest> {
  const again = await transaction
    .select()
    .from(promotionResubmission)
    .where(
      and(
        eq(promotionResubmission.organization, transaction.organization),
        eq(promotionResubmission.promotion, asked.id),
        lte(promotionResubmission.revision, revision),
      ),
    )
    .orderBy(asc(promotionResubmission.revision))
  const latest = again.find((one) => one.revision === revision)
  if (revision > 1 && latest === undefined) throw new NeverStored('nobody asked for this revision')
  return {
    request: latest?.request ?? asked.request,
    resubmitters: again.map(({ person }) => person),
  }
}
