import { and, eq } from 'drizzle-orm'
import { planDraft } from '../../../../db/control/plan-draft.ts'
import { promotion as promotionTable } from '../../../../db/control/promotion.ts'
import { promotionItem } from '../../../../db/control/promotion-item.ts'
import { promotionRevision } from '../../../../db/control/promotion-revision.ts'
import { promotionStep } from '../../../../db/control/promotion-step.ts'
import { promotionTargetLock } from '../../../../db/control/promotion-target-lock.ts'
import { insertRows } from '../../../../db/insert-rows.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import type { PromotionId } from '../../../../domain/identifiers.ts'
import { asPlan } from '../../../../domain/plan/plan.ts'
import type { PlanSummary } from '../../../../domain/promotion/events.ts'
import { parseStrict } from '../../../../trust/strict-parse.ts'
import { NeverStored } from '../../../stories/never-stored.ts'

/** Freezes a drafted plan: its bytes, the rows that the rules rest on, and the locks on its targets. */
export async function projectPlan(
  transaction: Transaction,
  promotion: PromotionId,
  summary: PlanSummary,
): Promise<void> {
  const { organization } = transaction
  const { revision } = summary
  const [draft] = await transaction
    .select({ plan: planDraft.plan, digest: planDraft.planDigest })
    .from(planDraft)
    .where(
      and(
        eq(planDraft.organization, organization),
        eq(planDraft.promotion, promotion),
        eq(planDraft.revision, revision),
      ),
    )
  if (draft === undefined || draft.digest !== summary.planDigest)
    throw new NeverStored('no such plan was drafted')
  const plan = asPlan(parseStrict(draft.plan))
  const ofPeople = plan.steps.filter(({ kind }) => kind !== 'external').map((step) => step.required)
  // One person counts once over all, unless they may serve several steps.
  const required = plan.severalSteps ? Math.max(...ofPeople) : ofPeople.reduce((sum, one) => sum + one, 0)

  await transaction
    .update(promotionTable)
    .set({ risk: plan.risk })
    .where(and(eq(promotionTable.organization, organization), eq(promotionTable.id, promotion)))
  await insertRows(transaction, promotionRevision, [
    {
      organization,
      promotion,
      revision,
      plan: draft.plan,
      requester: plan.requester,
      contributors: plan.contributors,
      requiredDecisions: required,
    },
  ])
  await insertRows(
    transaction,
    promotionItem,
    plan.items.map((item) => ({
      organization,
      promotion,
      revision,
      position: item.position,
      type: item.type,
      name: item.name,
      action: item.action,
      sourceAsset: item.source.asset,
      sourceVersion: item.source.version,
      sourceDigest: item.source.digest,
      targetAsset: item.target.asset,
      baselineVersion: item.target.baseline?.version ?? 0,
      baselineDigest: item.target.baseline?.digest ?? null,
      renderedDigest: item.digest,
    })),
  )
  await insertRows(
    transaction,
    promotionStep,
    plan.steps.map(({ position, name, kind, required: needed, groups, people, atLeastOneOf, publicKey }) => ({
      organization,
      promotion,
      revision,
      position,
      name,
      kind,
      required: needed,
      groups: [...groups],
      people: [...people],
      atLeastOneOf: [...atLeastOneOf],
      publicKey: publicKey ?? '',
    })),
  )
  await transaction
    .delete(promotionTargetLock)
    .where(
      and(eq(promotionTargetLock.organization, organization), eq(promotionTargetLock.promotion, promotion)),
    )
  await insertRows(
    transaction,
    promotionTargetLock,
    plan.items.map(({ target }) => ({ organization, asset: target.asset, promotion })),
  )
}
