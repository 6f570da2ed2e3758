import type { Transaction } from '../../../db/transaction.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import { judge } from '../../../domain/rights/judge.ts'
import { type Refusal, refused } from '../../../domain/stream.ts'
import { standingOf } from '../../people/standing.ts'
import type { StoredCommand } from '../../stories/story-rules.ts'
import { writersOf } from '../writers-of.ts'
import { lapsedApprovals } from './lapsed-approvals.ts'
import { refuseWhileFrozen } from './refuse-while-frozen.ts'

async function mayDecide(
  transaction: Transaction,
  state: PromotionState,
  { claim, actor }: StoredCommand,
): Promise<Refusal | null> {
  const standing = await standingOf(transaction, actor, state.facts.destination)
  const refusal = judge('promotion.decide', standing)
  if (refusal !== null || standing === undefined) return refusal
  const { groups } = claim.arguments
  const held = Array.isArray(groups) && groups.every((group) => standing.groups.includes(String(group)))
  return held ? null : refused('not-eligible', 'You left a group that you were in when you decided.')
}

async function mayWithdraw(
  transaction: Transaction,
  state: PromotionState,
  { actor }: StoredCommand,
): Promise<Refusal | null> {
  const standing = await standingOf(transaction, actor, state.facts.source)
  const writableBy = await writersOf(transaction, state.facts.promotion)
  return judge('promotion.withdraw', standing, { writableBy })
}

/** Whether the people behind these events may still do so. Locks the rows that this rests on. */
export async function authorisePromotion(
  transaction: Transaction,
  state: PromotionState,
  events: readonly PromotionEvent[],
  command: StoredCommand | null,
): Promise<Refusal | null> {
  for (const event of events) {
    const personal = event.type === 'decided' || event.type === 'withdrawn'
    if (personal && (command === null || command.claim.person !== event.person)) {
      return refused('forbidden', 'Only a person decides or withdraws.')
    }
    if (event.type === 'decided' && command !== null) return mayDecide(transaction, state, command)
    if (event.type === 'withdrawn' && command !== null) return mayWithdraw(transaction, state, command)
    if (event.type === 'authorized' && (await lapsedApprovals(transaction, state)).length > 0) {
      return refused('approval-no-longer-valid', 'Somebody who approved may no longer do so.')
    }
    if (event.type === 'authorized') return refuseWhileFrozen(transaction, state.facts.destination)
  }
  return null
}
