import type { Transaction } from '../../../db/transaction.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import { type Refusal, refused } from '../../../domain/stream.ts'
import { standingOf } from '../../people/standing.ts'
import type { StoredCommand } from '../../stories/story-rules.ts'
import { lapsedApprovals } from './lapsed-approvals.ts'

async function mayDecide(
  transaction: Transaction,
  state: PromotionState,
  { claim }: StoredCommand,
): Promise<Refusal | null> {
  const standing = await standingOf(transaction, claim.person, state.facts.destination)
  if (!standing?.active || standing.environmentRole === null) {
    return refused('forbidden', 'A decision takes an active person with a role in the destination.')
  }
  const { groups } = claim.arguments
  const held = Array.isArray(groups) && groups.every((group) => standing.groups.includes(String(group)))
  return held ? null : refused('not-eligible', 'You left a group that you were in when you decided.')
}

async function mayWithdraw(
  transaction: Transaction,
  state: PromotionState,
  { claim }: StoredCommand,
): Promise<Refusal | null> {
  const standing = await standingOf(transaction, claim.person, state.facts.source)
  const administers = standing?.organizationRole === 'owner' || standing?.organizationRole === 'admin'
  const writes = standing?.environmentRole === 'engineer' || standing?.environmentRole === 'support'
  return standing?.active && (administers || writes)
    ? null
    : refused('forbidden', 'Who may write in the source, an owner or an admin may withdraw a promotion.')
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
  }
  return null
}
