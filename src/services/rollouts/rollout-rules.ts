import { and, eq, sql } from 'drizzle-orm'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import { rolloutConfirmation } from '../../db/control/rollout-confirmation.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { judge } from '../../domain/rights/judge.ts'
import { evolveRollout, pendingRollout, type RolloutEvent } from '../../domain/rollout/rollout.ts'
import { soakUntil } from '../../domain/rollout/validation.ts'
import { type Refusal, refused, unreachable } from '../../domain/stream.ts'
import { endRestorations, keepRolledBack } from '../drift/restorations.ts'
import { freezesInForce } from '../freezes/freezes-in-force.ts'
import { standingOf } from '../people/standing.ts'
import { aboutPromotion } from '../promotions/story/about-promotion.ts'
import { grantProduction } from '../promotions/story/project/grant-production.ts'
import type { RecordedEvent, StoredCommand, StoryRules } from '../stories/story-rules.ts'
import type { RolloutAct } from './find-rollout.ts'
import { loadRollout, type StoredRollout, type StoredRolloutFacts } from './load-rollout.ts'

const workflowAlone = refused('forbidden', 'The workflow alone does this.')
const frozenMeanwhile = refused(
  'frozen',
  'A freeze of the organization or of the destination is in force: nothing is activated automatically.',
)

type ByPlan = Extract<RolloutEvent, { readonly type: 'activation-authorized-by-plan' }>

// The signed plan is asked again: what the workflow remembers of it decides nothing.
async function authoriseByPlan(
  transaction: Transaction,
  { facts }: StoredRollout,
  { planDigest, policyVersion, rule }: ByPlan,
): Promise<Refusal | null> {
  const { signed } = facts
  const saysSo =
    signed?.mode === 'automatic' &&
    signed.planDigest === planDigest &&
    signed.policyVersion === policyVersion &&
    signed.rule === rule
  if (!saysSo) return refused('forbidden', 'The signed plan leaves activation to a person.')
  await transaction.execute(sql`select hold_freezes()`)
  return (await freezesInForce(transaction, facts.destination)).length > 0 ? frozenMeanwhile : null
}

async function authorisePerson(
  transaction: Transaction,
  { facts }: StoredRollout,
  act: RolloutAct,
  person: PersonId,
  command: StoredCommand | null,
): Promise<Refusal | null> {
  if (command === null || command.claim.person !== person) {
    return refused('forbidden', 'Only the person who asked for it does this.')
  }
  return judge(act, await standingOf(transaction, command.actor, facts.destination))
}

async function authoriseEvent(
  transaction: Transaction,
  state: StoredRollout,
  event: RolloutEvent,
  command: StoredCommand | null,
): Promise<Refusal | null> {
  switch (event.type) {
    case 'activation-authorized':
      return authorisePerson(transaction, state, 'rollout.activate', event.person, command)
    case 'confirmed':
      return authorisePerson(transaction, state, 'rollout.confirm', event.person, command)
    case 'completed':
      return authorisePerson(transaction, state, 'rollout.complete', event.person, command)
    case 'rollback-authorized':
      return authorisePerson(transaction, state, 'rollout.rollback', event.person, command)
    case 'activation-authorized-by-plan':
      return command === null ? authoriseByPlan(transaction, state, event) : workflowAlone
    case 'activation-left-to-people':
    case 'activated':
    case 'activation-failed':
    case 'rolled-back':
    case 'rollback-failed':
      return command === null ? null : workflowAlone
    default:
      return unreachable(event)
  }
}

async function authoriseRollout(
  transaction: Transaction,
  state: StoredRollout,
  events: readonly RolloutEvent[],
  command: StoredCommand | null,
): Promise<Refusal | null> {
  for (const event of events) {
    const refusal = await authoriseEvent(transaction, state, event, command)
    if (refusal !== null) return refusal
  }
  return null
}

async function projectEvent(
  transaction: Transaction,
  { facts, rollbacks }: StoredRollout,
  { event, entry }: RecordedEvent<RolloutEvent>,
): Promise<void> {
  const { organization, promotion, revision } = facts
  const grant = { promotion, revision, entry }
  switch (event.type) {
    case 'activation-authorized':
      return grantProduction(transaction, { ...grant, purpose: 'activate', command: event.command })
    case 'activation-authorized-by-plan':
      return grantProduction(transaction, { ...grant, purpose: 'activate' })
    case 'activated':
      return endRestorations(transaction, { promotion, revision })
    case 'confirmed': {
      const { check: line, person, command, printedNameText } = event
      const row = { organization, promotion, line, person, command, printedNameText }
      await insertRows(transaction, rolloutConfirmation, [row])
      return
    }
    case 'rollback-authorized': {
      const { command } = event
      const again = { attempt: rollbacks, purpose: 'rollback', command } as const
      return grantProduction(transaction, { ...grant, ...again })
    }
    case 'rolled-back':
      return keepRolledBack(transaction, { promotion, revision, attempt: rollbacks, items: event.items })
    case 'activation-left-to-people':
    case 'activation-failed':
    case 'completed':
    case 'rollback-failed':
      return
    default:
      return unreachable(event)
  }
}

async function projectRollout(
  transaction: Transaction,
  state: StoredRollout,
  events: readonly RecordedEvent<RolloutEvent>[],
): Promise<void> {
  const { organization, promotion } = state.facts
  for (const recorded of events) await projectEvent(transaction, state, recorded)
  const until = soakUntil(state)
  const completed = events.map(({ event }) => event).find(({ type }) => type === 'completed')
  await transaction
    .update(rolloutTable)
    .set({
      state: state.phase,
      failure: state.failure,
      soakUntil: until === null ? null : new Date(until),
      ...(completed?.type === 'completed' ? { completion: completed.command } : {}),
      updatedAt: sql`clock_timestamp()`,
    })
    .where(and(eq(rolloutTable.organization, organization), eq(rolloutTable.id, promotion)))
}

/** How a rollout's story is recorded. */
export const rolloutRules: StoryRules<StoredRolloutFacts, RolloutEvent, StoredRollout> = {
  load: loadRollout,
  begin: (facts) => ({ ...pendingRollout(facts), facts }),
  evolve: (state, recorded) => ({ ...evolveRollout(state, recorded), facts: state.facts }),
  authorise: authoriseRollout,
  project: projectRollout,
  about: ({ facts }, command) => aboutPromotion(facts, command),
  withoutPerson: ({ type }) =>
    type === 'activation-authorized-by-plan' || type === 'activation-left-to-people'
      ? { via: 'plan' }
      : undefined,
}
