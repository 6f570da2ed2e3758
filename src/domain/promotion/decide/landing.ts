import { accepted } from '../../stream.ts'
import type { OwnPromotionCommand, PersonalPromotionCommand } from '../commands.ts'
import type { LandedItem } from '../events.ts'
import type { PromotionState } from '../state.ts'
import { notNow, type PromotionOutcome } from './refusals.ts'

type Own<Kind extends OwnPromotionCommand['kind']> = Extract<OwnPromotionCommand, { kind: Kind }>

/** Lets what was approved land, waits for what keeps it, or sends it back where it does not hold any more. */
export function authorize(state: PromotionState, { found }: Own<'authorize'>): PromotionOutcome {
  const approved = state.phase === 'approved' || state.phase === 'scheduled'
  if (!approved || state.planDigest === null) return notNow(state, 'it is not to be authorized')
  if (found.returned !== null) return accepted([{ type: 'returned', because: found.returned }])
  if (found.lapsed.length > 0) return accepted([{ type: 'approvals-lapsed', decisions: found.lapsed }])
  if (found.hindrances.length > 0) {
    const { hindrances, opensAt } = found
    return accepted([{ type: 'scheduled', hindrances, opensAt }])
  }
  const { revision, planDigest, overridden, notBefore } = state
  return accepted(
    [{ type: 'authorized', revision, planDigest, kind: overridden ? 'override' : 'quorum' }],
    notBefore === null ? {} : { notBefore },
  )
}

/** Whether what stands in production is every approved item, at its target, with the approved digest. */
function standsAsApproved({ items: approved }: PromotionState, items: readonly LandedItem[]): boolean {
  return (
    items.length === approved.length &&
    approved.every(({ position, target, digest }) =>
      items.some(
        (landed) => landed.position === position && landed.target === target && landed.digest === digest,
      ),
    )
  )
}

/** What production answered to the landing. */
export function land(state: PromotionState, { result }: Own<'land'>): PromotionOutcome {
  if (state.phase !== 'promoting' || state.landed) return notNow(state, 'nothing is to land')
  if (result.kind === 'refused') return accepted([{ type: 'compensating', failure: result.code }])
  return accepted([
    standsAsApproved(state, result.items)
      ? { type: 'landed', items: result.items }
      : { type: 'compensating', failure: 'landed-bytes-differ' },
  ])
}

/** The end of a promotion whose receipts are there. */
export function publish(state: PromotionState, { items }: Own<'publish'>): PromotionOutcome {
  if (state.phase !== 'promoting' || !state.landed) return notNow(state, 'nothing has landed')
  return accepted([
    standsAsApproved(state, items)
      ? { type: 'promoted', items }
      : { type: 'compensating', failure: 'landed-bytes-differ' },
  ])
}

/** How undoing went. */
export function compensate(state: PromotionState, command: Own<'compensate'>): PromotionOutcome {
  if (state.phase !== 'compensating') return notNow(state, 'nothing is to be undone')
  const failure = state.failure ?? 'unknown'
  return accepted([{ type: command.result === 'stuck' ? 'compensation-stuck' : 'failed', failure }])
}

/** Undoing is tried again, after people looked. */
export function retry(
  state: PromotionState,
  { person }: Extract<PersonalPromotionCommand, { kind: 'retry' }>,
): PromotionOutcome {
  return state.phase === 'compensation_stuck'
    ? accepted([{ type: 'compensation-retried', person }])
    : notNow(state, 'there is nothing to try again')
}
