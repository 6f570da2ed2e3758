import { overrideReview } from '../../../../db/control/override-review.ts'
import { insertRows } from '../../../../db/insert-rows.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import type { PromotionEvent } from '../../../../domain/promotion/events.ts'
import type { PromotionState } from '../../../../domain/promotion/state.ts'

/** Opens the story of an override's review. The database says from when on and until when. */
export async function openReview(
  transaction: Transaction,
  state: PromotionState,
  { decision, person, reviewWithin }: Extract<PromotionEvent, { type: 'overridden' }>,
): Promise<void> {
  const breakGlass = state.terms?.breakGlass ?? null
  if (breakGlass === null) throw new TypeError('an override is by the terms of its plan')
  await insertRows(transaction, overrideReview, [
    {
      organization: transaction.organization,
      id: decision,
      promotion: state.facts.promotion,
      revision: state.revision,
      person,
      contributors: state.contributors,
      breakGlassGroup: breakGlass.group,
      reviewWithin,
    },
  ])
}
