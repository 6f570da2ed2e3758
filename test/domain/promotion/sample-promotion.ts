import {
  type AssetId,
  type CommandId,
  type DecisionId,
  digest,
  identifier,
  instant,
  type PersonId,
} from '../../../src/domain/identifiers.ts'
import type { PolicyTerms } from '../../../src/domain/policy/terms.ts'
import type {
  OwnPromotionCommand,
  PersonalPromotionCommand,
  PromotionCommand,
  Reassessment,
} from '../../../src/domain/promotion/commands.ts'
import { decide } from '../../../src/domain/promotion/decide.ts'
import type { LandedItem, PlanSummary, PromotionEvent } from '../../../src/domain/promotion/events.ts'
import { evolve } from '../../../src/domain/promotion/evolve.ts'
import {
  type PlannedStep,
  type PromotionFacts,
  type PromotionPhase,
  type PromotionState,
  requestedPromotion,
  type Verdict,
} from '../../../src/domain/promotion/state.ts'

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const id = <Identifier extends CommandId | DecisionId | AssetId | PersonId>(number: number) =>
  identifier<Identifier>(uuid(number))

export const requester = id<PersonId>(1)
export const editor = id<PersonId>(2)
/** People who contributed nothing. Every one is a member of every group. */
export const reviewers: readonly PersonId[] = [11, 12, 13, 14, 15].map((number) => id<PersonId>(number))
export const [anna, bela, clara, dora] = reviewers as [PersonId, PersonId, PersonId, PersonId]

export const facts: PromotionFacts = {
  organization: identifier(uuid(100)),
  promotion: identifier(uuid(101)),
  source: identifier(uuid(102)),
  destination: identifier(uuid(103)),
  requester,
  draft: false,
}

export const step = (position: number, required = 1, change: Partial<PlannedStep> = {}): PlannedStep => ({
  position,
  name: `step ${position}`,
  kind: position === 1 ? 'review' : 'approval',
  required,
  groups: ['approvers'],
  people: [],
  atLeastOneOf: [],
  ...change,
})

export const terms: PolicyTerms = {
  expiresAfter: 'P7D',
  landWithin: 'PT10M',
  severalSteps: false,
  reapproval: true,
  activation: 'manual',
  remindAfter: [],
  escalation: null,
  breakGlass: null,
}

export const plan: PlanSummary = {
  revision: 1,
  planDigest: digest('a'.repeat(64)),
  contributors: [requester, editor],
  steps: [step(1), step(2, 2)],
  items: [
    { position: 1, target: id(201), digest: digest('1'.repeat(64)) },
    { position: 2, target: id(202), digest: digest('2'.repeat(64)) },
  ],
  blockers: 0,
  notBefore: null,
  terms,
}

/** The same with everything that a policy may ask for besides votes. */
export const watched: PlanSummary = {
  ...plan,
  terms: {
    ...terms,
    remindAfter: ['P1D', 'P3D'],
    escalation: { after: 'P2D', group: 'stand-ins' },
    breakGlass: { group: 'emergency', reviewWithin: 'P1D' },
  },
}

export const landedItems: readonly LandedItem[] = plan.items.map((item) => ({ ...item, version: 1 }))
export const now = instant('2026-11-20T12:00:00Z')
export const otherDigest = digest('b'.repeat(64))

// One decision of one person has one id, so that a state that is made twice is the same; standing in is another one.
const decisionOf = (person: PersonId) => id<DecisionId>(1000 + Number(person.slice(-3)))
const overrideOf = (person: PersonId) => id<DecisionId>(2000 + Number(person.slice(-3)))

export const by = (
  person: PersonId,
  verdict: Verdict = 'approve',
  change: Partial<Extract<PersonalPromotionCommand, { kind: 'decide' }>> = {},
): Extract<PersonalPromotionCommand, { kind: 'decide' }> => ({
  kind: 'decide',
  id: id(1),
  person,
  decision: decisionOf(person),
  verdict,
  planDigest: plan.planDigest,
  step: null,
  groups: ['approvers'],
  commentText: identifier(uuid(301)),
  printedNameText: identifier(uuid(302)),
  ...change,
})

export const withdraw: PersonalPromotionCommand = {
  kind: 'withdraw',
  id: id(2),
  person: requester,
  reasonText: identifier(uuid(303)),
}

export const abort: PersonalPromotionCommand = { ...withdraw, kind: 'abort', id: id(3) }
export const submit: PersonalPromotionCommand = { kind: 'submit', id: id(4), person: requester }
export const retry: PersonalPromotionCommand = { kind: 'retry', id: id(5), person: clara }

export const resubmit = (revision = 2): PersonalPromotionCommand => ({
  kind: 'resubmit',
  id: id(6),
  person: requester,
  revision,
  request: digest('c'.repeat(64)),
  reasonText: identifier(uuid(304)),
})

export const schedule = (notBefore: string | null): PersonalPromotionCommand => ({
  kind: 'schedule',
  id: id(7),
  person: requester,
  notBefore: notBefore === null ? null : instant(notBefore),
})

/** Takes back what somebody decided last; a decision that nobody made where they have none. */
export const takeBack = (person: PersonId, { decisions }: PromotionState): PersonalPromotionCommand => ({
  kind: 'withdraw-decision',
  id: id(8),
  person,
  decision: decisions.findLast((one) => one.person === person)?.id ?? id(999),
})

export const override = (
  person: PersonId,
  change: Partial<Extract<PersonalPromotionCommand, { kind: 'override' }>> = {},
): Extract<PersonalPromotionCommand, { kind: 'override' }> => ({
  kind: 'override',
  id: id(9),
  person,
  decision: overrideOf(person),
  planDigest: plan.planDigest,
  groups: ['emergency'],
  commentText: identifier(uuid(305)),
  printedNameText: identifier(uuid(302)),
  ...change,
})

/** What the system of a step says of the plan. */
export const verdictOn = (
  position: number,
  verdict: 'approved' | 'rejected' = 'approved',
  change: Partial<Extract<PersonalPromotionCommand, { kind: 'deliver-verdict' }>> = {},
): Extract<PersonalPromotionCommand, { kind: 'deliver-verdict' }> => ({
  kind: 'deliver-verdict',
  id: id(10),
  person: requester,
  step: position,
  revision: 1,
  planDigest: plan.planDigest,
  verdict,
  envelope: digest('d'.repeat(64)),
  ...change,
})

/** A step that waits for a system. */
export const external = (position: number): PlannedStep =>
  step(position, 1, { kind: 'external', groups: [], publicKey: 'A'.repeat(43) })

/** What is found where everything still holds. */
export const holds: Reassessment = { lapsed: [], hindrances: [], opensAt: null, returned: null }
export const closed: Reassessment = { ...holds, hindrances: ['freeze'] }

export const own = {
  start: { kind: 'start-preflight' },
  plan: { kind: 'plan', plan, now },
  blocked: { kind: 'plan', plan: { ...plan, blockers: 1 }, now },
  remind: { kind: 'remind' },
  escalate: { kind: 'escalate' },
  expire: { kind: 'expire' },
  authorize: { kind: 'authorize', found: holds },
  postpone: { kind: 'authorize', found: closed },
  land: { kind: 'land', result: { kind: 'landed', items: landedItems } },
  refuseLanding: { kind: 'land', result: { kind: 'refused', code: 'target-moved' } },
  publish: { kind: 'publish', items: landedItems },
  discard: { kind: 'compensate', result: 'discarded' },
  getStuck: { kind: 'compensate', result: 'stuck' },
} as const satisfies Record<string, OwnPromotionCommand>

/** The state after events that follow it. */
export function following(state: PromotionState, events: readonly PromotionEvent[]): PromotionState {
  return events.reduce((earlier, event) => evolve(earlier, { seq: earlier.seq + 1, event }), state)
}

/** The state after commands that were all accepted; one that is refused fails the test. */
export function having(...commands: readonly PromotionCommand[]): PromotionState {
  return commands.reduce((state, command) => {
    const outcome = decide(state, command)
    if (outcome.kind === 'refused') throw new Error(`${command.kind}: ${outcome.detail}`)
    return following(state, outcome.events)
  }, requestedPromotion(facts))
}

/** The types of the events that a command comes to, or the code of its refusal. */
export function outcomeOf(state: PromotionState, command: PromotionCommand): readonly string[] {
  const outcome = decide(state, command)
  return outcome.kind === 'refused' ? [`refused: ${outcome.code}`] : outcome.events.map(({ type }) => type)
}

/**
 * One state of every phase, on the way of a plan of two steps: one person's, then two people's. They are made when they
 * are asked for, inside of a test.
 */
export function everyPhase(summary: PlanSummary): Readonly<Record<PromotionPhase, () => PromotionState>> {
  const planning = { ...own.plan, plan: summary }
  const signed = [own.start, planning, by(anna), by(bela), by(clara)]
  const promotingBy = (...more: readonly PromotionCommand[]) => having(...signed, own.authorize, ...more)
  return {
    draft: () => requestedPromotion({ ...facts, draft: true }),
    requested: () => having(),
    preflight: () => having(own.start),
    in_review: () => having(own.start, planning),
    awaiting_approval: () => having(own.start, planning, by(anna), by(bela)),
    approved: () => having(...signed),
    scheduled: () => having(...signed, own.postpone),
    promoting: () => promotingBy(),
    promoted: () => promotingBy(own.land, own.publish),
    changes_requested: () => having(own.start, planning, by(anna, 'request-changes')),
    rejected: () => having(own.start, planning, by(anna, 'reject')),
    withdrawn: () => having(own.start, planning, withdraw),
    expired: () => having(own.start, planning, own.expire),
    compensating: () => promotingBy(own.refuseLanding),
    failed: () => promotingBy(own.refuseLanding, own.discard),
    compensation_stuck: () => promotingBy(own.refuseLanding, own.getStuck),
  }
}

export const stateIn = everyPhase(plan)
export const { approved, promoting, in_review: planned } = stateIn
export const reviewed = () => having(own.start, own.plan, by(anna))
