import {
  type CommandId,
  digest,
  identifier,
  instant,
  type PersonId,
} from '../../../src/domain/identifiers.ts'
import { decideRollout, type RolloutCommand } from '../../../src/domain/rollout/decide.ts'
import {
  evolveRollout,
  pendingRollout,
  type RolloutEvent,
  type RolloutFacts,
  type RolloutState,
} from '../../../src/domain/rollout/rollout.ts'

export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

const by = { id: identifier<CommandId>(uuid(3)), person: identifier<PersonId>(uuid(4)) }
export const said = { planDigest: digest('ab'.repeat(32)), policyVersion: 3, rule: 2 } as const

/** When what the samples activate is in use. */
export const noon = instant('2026-05-04T12:00:00Z')
export const later = (milliseconds: number) => instant(Date.parse(noon) + milliseconds)

export const facts: RolloutFacts = {
  organization: identifier(uuid(1)),
  promotion: identifier(uuid(2)),
  revision: 1,
  rollback: 'approval',
}
const pending = pendingRollout(facts)

/** A rollout that waits, of which the facts say more. */
export function pendingWith(more: Partial<RolloutFacts>): RolloutState {
  return pendingRollout({ ...facts, ...more })
}

export const activate: RolloutCommand = { kind: 'activate', ...by }
export const done: RolloutCommand = { kind: 'finish-activation', failure: null, at: noon }
export const failed: RolloutCommand = { kind: 'finish-activation', failure: 'fenced', at: noon }
export const rollBack: RolloutCommand = { kind: 'rollback', ...by, reasonText: identifier(uuid(6)) }
export const wentBack: RolloutCommand = {
  kind: 'finish-rollback',
  result: { kind: 'performed', items: [{ asset: identifier(uuid(7)), version: null }] },
}
export const stayed: RolloutCommand = {
  kind: 'finish-rollback',
  result: { kind: 'refused', code: 'superseded' },
}

/** Confirms a line of the checklist. */
export function confirm(check: number): RolloutCommand {
  return { kind: 'confirm', ...by, check, printedNameText: identifier(uuid(5)) }
}

/** Asks to go live so long after it was activated. */
export function complete(milliseconds = 0): RolloutCommand {
  return { kind: 'complete', ...by, printedNameText: identifier(uuid(5)), now: later(milliseconds) }
}

/** The state after a command; the same one where it is refused. */
export function moved(state: RolloutState, command: RolloutCommand): RolloutState {
  const outcome = decideRollout(state, command)
  const events: readonly RolloutEvent[] = outcome.kind === 'accepted' ? outcome.events : []
  return events.reduce((earlier, event) => evolveRollout(earlier, { seq: earlier.seq + 1, event }), state)
}

/** The state after commands, from one that waits. */
export function having(commands: readonly RolloutCommand[], from: RolloutState = pending): RolloutState {
  return commands.reduce(moved, from)
}
