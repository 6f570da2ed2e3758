import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { command as commandTable } from '../../../db/control/command.ts'
import { planDraft } from '../../../db/control/plan-draft.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import type { StorePool } from '../../../db/pool.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import {
  type AssetId,
  type Digest,
  identifier,
  type PersonId,
  type PromotionId,
} from '../../../domain/identifiers.ts'
import { assemblePlan } from '../../../domain/plan/assemble-plan.ts'
import type { Finding } from '../../../domain/plan/finding.ts'
import { asPlan, blockers, type Plan } from '../../../domain/plan/plan.ts'
import type { Holder } from '../../../domain/plan/taken.ts'
import type { PlanSummary } from '../../../domain/promotion/events.ts'
import type { RevisionReference } from '../../../domain/promotion/revision.ts'
import { canonicalBytes } from '../../../trust/canonical.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import type { Baseline } from '../../asset-store.ts'
import { saveContent } from '../../content/save-content.ts'
import { associatedTargets } from './associated-targets.ts'
import { type FrozenAsset, type FrozenRequest, readFrozenRequest } from './read-request.ts'
import { renderBundle } from './render-bundle.ts'
import { standingClaims } from './standing-claims.ts'

function summaryOf(plan: Plan, planDigest: Digest): PlanSummary {
  return {
    revision: plan.revision,
    planDigest,
    contributors: plan.contributors,
    steps: plan.steps,
    items: plan.items.map(({ position, target, digest }) => ({ position, target: target.asset, digest })),
    blockers: blockers(plan).length,
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
  return row && summaryOf(asPlan(parseStrict(row.plan)), row.digest as Digest)
}

async function resubmitters(transaction: Transaction, promotion: PromotionId): Promise<readonly PersonId[]> {
  const rows = await transaction
    .select({ person: commandTable.person })
    .from(commandTable)
    .where(
      and(
        eq(commandTable.organization, transaction.organization),
        eq(commandTable.streamKind, 'promotion'),
        eq(commandTable.stream, promotion),
        eq(commandTable.kind, 'resubmit'),
      ),
    )
  return rows.map(({ person }) => person)
}

function missingTargetFindings(
  assets: readonly FrozenAsset[],
  targets: ReadonlyMap<AssetId, AssetId>,
  baselines: ReadonlyMap<AssetId, Baseline>,
): readonly Finding[] {
  return assets.flatMap(({ asset }): Finding[] => {
    const target = targets.get(asset)
    if (target === undefined || baselines.has(target)) return []
    return [
      {
        rule: 'target-missing',
        severity: 'blocker',
        asset,
        pointer: '',
        message:
          'The production asset that this one was promoted to is gone. Restore it there, then ask again.',
      },
    ]
  })
}

async function planOf(
  request: FrozenRequest,
  revision: number,
  associated: ReadonlyMap<AssetId, AssetId>,
  baselines: readonly Baseline[],
  resubmitted: readonly PersonId[],
  standing: readonly Holder[],
) {
  const { asked, rule, assets, document } = request
  const inDestination = new Map(
    baselines
      .filter(({ environment }) => environment === asked.destinationEnvironment)
      .map((baseline) => [baseline.asset, baseline]),
  )
  const targets = new Map(associated)
  for (const { asset } of assets) if (!targets.has(asset)) targets.set(asset, identifier<AssetId>(uuidv7()))
  const bundle = await renderBundle(assets, document.bindings, targets, inDestination, standing)
  const plan = assemblePlan({
    organization: asked.organization,
    promotion: asked.id,
    revision,
    source: { environment: asked.sourceEnvironment },
    destination: { environment: asked.destinationEnvironment },
    requester: asked.requester,
    contributors: [asked.requester, ...resubmitted, ...assets.flatMap(({ editors }) => editors)],
    policy: { version: asked.policyVersion },
    steps: rule.steps.map(({ name, kind, approvals, groups }) => ({
      name,
      kind,
      required: approvals,
      groups,
    })),
    items: bundle.assets.map(({ frozen, digest, bindings }) => {
      const { asset, version } = frozen
      const target = targets.get(asset) ?? identifier<AssetId>(uuidv7())
      const baseline = inDestination.get(target)
      return {
        type: frozen.type.name,
        name: frozen.name,
        associated: associated.has(asset),
        source: { asset, version, digest: frozen.digest },
        target: {
          asset: target,
          baseline: baseline ? { version: baseline.version, digest: baseline.digest } : null,
        },
        digest,
        bindings,
      }
    }),
    findings: [...bundle.findings, ...missingTargetFindings(assets, associated, inDestination)],
    manifest: document.manifest,
    evidence: [],
    notBefore: null,
    expiresAfter: rule.expiresAfter,
  })
  return { plan, rendered: bundle.assets }
}

/**
 * Drafts the plan of a frozen revision against production's baselines and stores it with the rendered content. The first
 * stored draft wins, and with it the ids that it reserved in production: a repetition gives the same plan.
 */
export async function draftPlan(
  control: StorePool,
  { organization, promotion, revision }: RevisionReference,
  baselines: readonly Baseline[],
): Promise<PlanSummary> {
  return withOrganization(control, organization, async (transaction) => {
    const earlier = await readDraft(transaction, promotion, revision)
    if (earlier !== undefined) return earlier
    const request = await readFrozenRequest(transaction, promotion, revision)
    const associated = await associatedTargets(transaction, request)
    const resubmitted = await resubmitters(transaction, promotion)
    const standing = await standingClaims(transaction, request)
    const { plan, rendered } = await planOf(request, revision, associated, baselines, resubmitted, standing)
    for (const { bytes } of rendered) await saveContent(transaction, bytes)
    const draft = { organization, promotion, revision, plan: canonicalBytes(plan) }
    await insertRows(transaction, planDraft, [draft], 'ignore')
    const stored = await readDraft(transaction, promotion, revision)
    if (stored === undefined) throw new Error('the draft was not stored')
    return stored
  })
}
