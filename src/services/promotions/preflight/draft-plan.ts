import { and, eq } from 'drizzle-orm'
import { planDraft } from '../../../db/control/plan-draft.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import type { StorePool } from '../../../db/pool.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import type { Digest, PromotionId } from '../../../domain/identifiers.ts'
import { asPlan, blockers, type Plan } from '../../../domain/plan/plan.ts'
import type { Policy } from '../../../domain/policy/policy.ts'
import { termsOf } from '../../../domain/policy/terms.ts'
import type { PlanSummary } from '../../../domain/promotion/events.ts'
import type { RevisionReference } from '../../../domain/promotion/revision.ts'
import { canonicalBytes } from '../../../trust/canonical.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import type { Baseline } from '../../asset-store.ts'
import { saveContent } from '../../content/save-content.ts'
import { NeverStored } from '../../stories/never-stored.ts'
import { readRoutedPromotion } from '../story/read-routed-promotion.ts'
import { readCheckOutcomes } from './checks/check-outcomes.ts'
import { preparePlan } from './prepare-plan.ts'
import { readGround } from './read-ground.ts'
import { readFrozenRequest } from './read-request.ts'
import { routeRequest } from './route-request.ts'

function summaryOf(plan: Plan, planDigest: Digest, { rules }: Policy): PlanSummary {
  const rule = rules[plan.policy.rule - 1]
  if (rule === undefined) throw new NeverStored('the policy has no such rule')
  return {
    revision: plan.revision,
    planDigest,
    contributors: plan.contributors,
    steps: plan.steps,
    items: plan.items.map(({ position, target, digest }) => ({ position, target: target.asset, digest })),
    blockers: blockers(plan).length,
    notBefore: plan.notBefore,
    terms: termsOf(rule),
  }
}

async function readDraft(
  transaction: Transaction,
  promotion: PromotionId,
  revision: number,
): Promise<PlanSummary | undefined> {
  const [row] = await transaction
    .select({ plan: planDraft.plan, digest: planDraft.planDigest })
    .from(planDraft)
    .where(
      and(
        eq(planDraft.organization, transaction.organization),
        eq(planDraft.promotion, promotion),
        eq(planDraft.revision, revision),
      ),
    )
  if (row === undefined) return undefined
  const { policy } = await readRoutedPromotion(transaction, promotion)
  return summaryOf(asPlan(parseStrict(row.plan)), row.digest as Digest, policy)
}

/**
 * Drafts the plan of a frozen revision against production's baselines and stores it with the rendered content. The first
 * stored draft wins, and with it the ids that it reserved in production: a repetition gives the same plan. Drafts nothing,
 * and returns null, as long as a check of the rule that routes the revision has not been asked.
 */
export async function draftPlan(
  control: StorePool,
  { organization, promotion, revision }: RevisionReference,
  baselines: readonly Baseline[],
): Promise<PlanSummary | null> {
  return withOrganization(control, organization, async (transaction) => {
    const earlier = await readDraft(transaction, promotion, revision)
    if (earlier !== undefined) return earlier
    const request = await readFrozenRequest(transaction, promotion, revision)
    const ground = await readGround(transaction, request, baselines)
    const routed = await routeRequest(request, ground)
    const checks = await readCheckOutcomes(transaction, request, routed.routed)
    if (routed.routed.rule.checks?.some(({ name }) => !checks.has(name))) return null
    const { plan, rendered } = preparePlan(request, ground, routed, checks)
    for (const { bytes } of rendered) await saveContent(transaction, bytes)
    const draft = { organization, promotion, revision, plan: canonicalBytes(plan) }
    await insertRows(transaction, planDraft, [draft], 'ignore')
    const stored = await readDraft(transaction, promotion, revision)
    if (stored === undefined) throw new Error('the draft was not stored')
    return stored
  })
}
