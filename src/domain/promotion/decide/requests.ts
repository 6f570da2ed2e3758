import { accepted, refused } from '../../stream.ts'
import type { PersonalPromotionCommand, ResubmitCommand, ScheduleCommand } from '../commands.ts'
import type { PromotionPhase, PromotionState } from '../state.ts'
import { notNow, type PromotionOutcome } from './refusals.ts'

type Reasoned = Extract<PersonalPromotionCommand, { kind: 'withdraw' | 'abort' }>

const withdrawable: ReadonlySet<PromotionPhase> = new Set([
  'draft',
  'requested',
  'preflight',
  'in_review',
  'awaiting_approval',
  'approved',
  'scheduled',
  'changes_requested',
])

// Not while a plan is being made, and not once what was approved is on its way.
const resubmittable: ReadonlySet<PromotionPhase> = new Set([
  'in_review',
  'awaiting_approval',
  'scheduled',
  'changes_requested',
])

const schedulable: ReadonlySet<PromotionPhase> = new Set([
  'in_review',
  'awaiting_approval',
  'approved',
  'scheduled',
])

/** A draft becomes a request. */
export function submit(
  state: PromotionState,
  { person }: Extract<PersonalPromotionCommand, { kind: 'submit' }>,
): PromotionOutcome {
  return state.phase === 'draft'
    ? accepted([{ type: 'submitted', person }])
    : notNow(state, 'only a draft is submitted')
}

/** A promotion taken back by its side. */
export function withdraw(state: PromotionState, { person, reasonText }: Reasoned): PromotionOutcome {
  return withdrawable.has(state.phase)
    ? accepted([{ type: 'withdrawn', person, reasonText }])
    : notNow(state, 'it can no longer be withdrawn')
}

/** A promotion stopped by the destination's side, or by its requester, before it lands. */
export function abort(state: PromotionState, { person, reasonText }: Reasoned): PromotionOutcome {
  return withdrawable.has(state.phase) && state.phase !== 'draft'
    ? accepted([{ type: 'aborted', person, reasonText }])
    : notNow(state, 'it can no longer be aborted')
}

/** A new revision, which voids what was decided on the one before. */
export function resubmit(state: PromotionState, command: ResubmitCommand): PromotionOutcome {
  if (!resubmittable.has(state.phase)) return notNow(state, 'there is nothing to resubmit')
  if (command.revision !== state.revision + 1) {
    return refused('precondition-failed', 'Somebody else resubmitted it meanwhile. Read it again.')
  }
  const { revision, person, request, reasonText } = command
  return accepted([{ type: 'resubmitted', revision, person, request, reasonText }])
}

/** Another time to land. */
export function schedule(state: PromotionState, { person, notBefore }: ScheduleCommand): PromotionOutcome {
  return schedulable.has(state.phase)
    ? accepted([{ type: 'rescheduled', person, notBefore }])
    : notNow(state, 'its time can no longer be chosen')
}
