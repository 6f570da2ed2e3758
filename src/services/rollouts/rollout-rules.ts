import { and, eq, sql } from 'drizzle-orm'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import type { Transaction } from '../../db/transaction.ts'
import { judge } from '../../domain/rights/judge.ts'
import { evolveRollout, pendingRollout, type RolloutEvent } from '../../domain/rollout/rollout.ts'
import { type Refusal, refused, unreachable } from '../../domain/stream.ts'
import { endRestorations } from '../drift/restorations.ts'
import { freezesInForce } from '../freezes/freezes-in-force.ts'
import { standingOf } from '../people/standing.ts'
import { aboutPromotion } from '../promotions/story/about-promotion.ts'
import { grantProduction } from '../promotions/story/project/grant-production.ts'
import type { RecordedEvent, StoredCommand, StoryRules } from '../stories/story-rules.ts'
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

async function authoriseEvent(
  transaction: Transaction,
  state: StoredRollout,
  event: RolloutEvent,
  command: StoredCommand | null,
): Promise<Refusal | null> {
  switch (event.type) {
    case 'activation-authorized':
      if (command === null || command.claim.person !== event.person) {
        return refused('forbidden', 'Only a person activates.')
      }
      return judge('rollout.activate', await standingOf(transaction, command.actor, state.facts.destination))
    case 'activation-authorized-by-plan':
      return command === null ? authoriseByPlan(transaction, state, event) : workflowAlone
    case 'activation-left-to-people':
    case 'activated':
    case 'activation-failed':
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

async function projectRollout(
  transaction: Transaction,
  state: StoredRollout,
  events: readonly RecordedEvent<RolloutEvent>[],
): Promise<void> {
  const { organization, promotion, revision } = state.facts
  for (const { event, entry } of events) {
    const grant = { promotion, revision, purpose: 'activate', entry } as const
    if (event.type === 'activation-authorized') {
      await grantProduction(transaction, { ...grant, command: event.command })
    }
    if (event.type === 'activation-authorized-by-plan') await grantProduction(transaction, grant)
    if (event.type === 'activated') await endRestorations(transaction, { promotion, revision })
  }
  await transaction
    .update(rolloutTable)
    .set({ state: state.phase, failure: state.failure, updatedAt: sql`clock_timestamp()` })
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
