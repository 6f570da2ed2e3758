import { and, eq, inArray, sql } from 'drizzle-orm'
import { decision as decisionTable } from '../../../../db/control/decision.ts'
import { insertRows } from '../../../../db/insert-rows.ts'
import { heardLater, type Transaction } from '../../../../db/transaction.ts'
import type { DecisionId } from '../../../../domain/identifiers.ts'
import type { PromotionEvent } from '../../../../domain/promotion/events.ts'
import type { PromotionState, Verdict } from '../../../../domain/promotion/state.ts'
import type { StoredCommand } from '../../../stories/story-rules.ts'

const meanings: Readonly<Record<Verdict | 'override', string>> = Object.freeze({
  approve: 'I have read this plan and approve it for production.',
  reject: 'I have read this plan and reject it.',
  'request-changes': 'I have read this plan and ask for changes before it can be approved.',
  override: 'I have read this plan and stand in for those who have to approve it, in an emergency.',
})

/**
 * The signed row behind a decision: the plan, the person's command, and what signing meant. It is sent ahead: where it is
 * refused, so is all that is recorded with it.
 */
export function projectDecision(
  transaction: Transaction,
  state: PromotionState,
  event: Extract<PromotionEvent, { type: 'decided' | 'overridden' }>,
  command: StoredCommand,
): void {
  const verdict = event.type === 'overridden' ? 'override' : event.verdict
  const row: typeof decisionTable.$inferInsert = {
    organization: transaction.organization,
    id: event.decision,
    promotion: state.facts.promotion,
    revision: state.revision,
    planDigest: event.planDigest,
    contributors: state.contributors,
    person: event.person,
    step: event.step,
    verdict,
    meaning: meanings[verdict],
    printedNameText: event.printedNameText,
    commentText: event.commentText,
    command: command.claim.id,
  }
  void heardLater(insertRows(transaction, decisionTable, [row]))
}

/** Takes back decisions that no longer hold; they stay visible. */
export async function projectLapse(
  transaction: Transaction,
  decisions: readonly DecisionId[],
): Promise<void> {
  await transaction
    .update(decisionTable)
    .set({ withdrawnAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(decisionTable.organization, transaction.organization),
        inArray(decisionTable.id, [...decisions]),
      ),
    )
}
