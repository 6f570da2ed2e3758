import { and, eq } from 'drizzle-orm'
import { promotionItem } from '../../../db/control/promotion-item.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import type { PlanItem, VersionPin } from '../../../domain/plan/plan.ts'
import type { RevisionReference } from '../../../domain/promotion/revision.ts'
import type { Baseline } from '../../asset-store.ts'

/** A production asset that a plan changes, with the version that the plan was made against. */
export interface PlannedTarget {
  readonly asset: AssetId
  /** Null where the plan creates it. */
  readonly baseline: VersionPin | null
}

/** The production assets that a revision's plan changes. */
export async function readPlannedTargets(
  transaction: Transaction,
  { promotion, revision }: Pick<RevisionReference, 'promotion' | 'revision'>,
): Promise<readonly PlannedTarget[]> {
  const rows = await transaction
    .select({
      asset: promotionItem.targetAsset,
      version: promotionItem.baselineVersion,
      digest: promotionItem.baselineDigest,
    })
    .from(promotionItem)
    .where(
      and(
        eq(promotionItem.organization, transaction.organization),
        eq(promotionItem.promotion, promotion),
        eq(promotionItem.revision, revision),
      ),
    )
  return rows.map(({ asset, version, digest }) => ({
    asset,
    baseline: digest === null ? null : { version, digest },
  }))
}

function standsElsewhere({ asset, baseline }: PlannedTarget, now: Baseline | undefined): boolean {
  if (baseline === null || now === undefined) return baseline !== null || now !== undefined
  return now.asset !== asset || now.version !== baseline.version || now.digest !== baseline.digest
}

/** Whether production holds anything else than the plan was made against. */
export function hasMoved(targets: readonly PlannedTarget[], baselines: readonly Baseline[]): boolean {
  return targets.some((target) =>
    standsElsewhere(
      target,
      baselines.find(({ asset }) => asset === target.asset),
    ),
  )
}

/** Positions of a plan's items whose target has moved. */
export function movedItems(
  items: readonly Pick<PlanItem, 'position' | 'target'>[],
  baselines: readonly Baseline[],
): ReadonlySet<number> {
  return new Set(items.filter(({ target }) => hasMoved([target], baselines)).map(({ position }) => position))
}
