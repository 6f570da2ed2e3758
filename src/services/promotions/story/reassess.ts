import type { StorePool } from '../../../db/pool.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import { blockers } from '../../../domain/plan/plan.ts'
import type { Reassessment } from '../../../domain/promotion/commands.ts'
import type { RevisionReference } from '../../../domain/promotion/revision.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import type { Baseline } from '../../asset-store.ts'
import { readCheckOutcomes } from '../preflight/checks/check-outcomes.ts'
import { preparePlan } from '../preflight/prepare-plan.ts'
import { readGround } from '../preflight/read-ground.ts'
import { readFrozenRequest } from '../preflight/read-request.ts'
import { routeRequest } from '../preflight/route-request.ts'
import { lapsedApprovals } from './lapsed-approvals.ts'
import { hasMoved, readPlannedTargets } from './planned-targets.ts'
import { promotionRules } from './promotion-rules.ts'
import { readHindrances } from './read-hindrances.ts'

// Who could sign is no question any more once it was signed; who did is looked at by itself.
const settled: ReadonlySet<string> = new Set(['nobody-can-approve'])

async function isBlockedNow(
  transaction: Transaction,
  { promotion, revision }: RevisionReference,
  baselines: readonly Baseline[],
): Promise<boolean> {
  const request = await readFrozenRequest(transaction, promotion, revision)
  const ground = await readGround(transaction, request, baselines)
  const routed = await routeRequest(request, ground)
  // What checks said once is what was signed: they are not asked again.
  const checks = await readCheckOutcomes(transaction, request, routed.routed)
  const { plan } = preparePlan(request, ground, routed, checks)
  return blockers(plan).some(({ rule }) => !settled.has(rule))
}

async function whatSpeaksAgainst(
  transaction: Transaction,
  reference: RevisionReference,
  baselines: readonly Baseline[],
): Promise<Reassessment['returned']> {
  if (hasMoved(await readPlannedTargets(transaction, reference), baselines)) return 'target-moved'
  return (await isBlockedNow(transaction, reference, baselines)) ? 'newly-blocked' : null
}

/**
 * Looks anew at everything that an approved revision rests on, as it is now: the approvers' rights, what production holds,
 * the rules of preflight for the frozen bytes, and whether the time has come.
 */
export async function reassess(
  control: StorePool,
  reference: RevisionReference,
  baselines: readonly Baseline[],
): Promise<Reassessment> {
  const { organization, promotion } = reference
  return withOrganization(control, organization, async (transaction) => {
    const { facts, events } = await promotionRules.load(transaction, {
      organization,
      kind: 'promotion',
      id: promotion,
    })
    const state: PromotionState = events.reduce(promotionRules.evolve, promotionRules.begin(facts))
    const { hindrances, opensAt } = await readHindrances(transaction, state)
    const lapsed = await lapsedApprovals(transaction, state)
    const looksOn = lapsed.length === 0 && hindrances.length === 0
    return {
      lapsed,
      hindrances,
      opensAt,
      returned: looksOn ? await whatSpeaksAgainst(transaction, reference, baselines) : null,
    }
  })
}
