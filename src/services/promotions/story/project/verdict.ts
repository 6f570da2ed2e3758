import { externalVerdict } from '../../../../db/control/external-verdict.ts'
import { insertRows } from '../../../../db/insert-rows.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import type { PromotionEvent } from '../../../../domain/promotion/events.ts'
import { stepAt } from '../../../../domain/promotion/quorum.ts'
import type { PromotionState } from '../../../../domain/promotion/state.ts'
import type { StoredCommand } from '../../../stories/story-rules.ts'

/** The row of a verdict that was verified, tied to its plan, to the plan's key, and to the command that brought it. */
export async function projectVerdict(
  transaction: Transaction,
  state: PromotionState,
  { step, verdict, planDigest, envelope }: Extract<PromotionEvent, { type: 'external-verdict' }>,
  { claim }: StoredCommand,
): Promise<void> {
  const publicKey = stepAt(state, step)?.publicKey
  if (publicKey === undefined) throw new TypeError('a verdict is on an external step of the plan')
  const { organization, promotion } = state.facts
  const { revision } = state
  const of = { organization, promotion, revision, step, publicKey, planDigest }
  await insertRows(transaction, externalVerdict, [{ ...of, verdict, envelope, command: claim.id }])
}
