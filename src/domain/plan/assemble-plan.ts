import { deepFreeze } from '../asset/json/deep-freeze.ts'
import { compareText } from './compare-text.ts'
import { compareFindings, type Finding } from './finding.ts'
import type { Dependency, ItemAction, Plan, PlanFinding, PlanItem, PlanStep } from './plan.ts'

/** An item before it has its place; `associated` says whether an association names its target. */
export type PlanItemDraft = Omit<PlanItem, 'position' | 'action'> & { readonly associated: boolean }

/** What a plan is made of. Items come in landing order, steps in the policy's; sets may come in any order. */
export type PlanDraft = Omit<Plan, 'format' | 'items' | 'steps' | 'findings'> & {
  readonly items: readonly PlanItemDraft[]
  readonly steps: readonly Omit<PlanStep, 'position'>[]
  readonly findings: readonly Finding[]
}

/**
 * The frozen plan document of a draft. It numbers items and steps from 1, derives each item's action, sorts
 * contributors, groups, evidence, bindings and findings, drops repetitions from the first three, and marks a finding
 * acknowledged only where it is an acknowledged warning. It judges nothing: equal drafts give equal plans.
 */
export function assemblePlan(draft: PlanDraft): Plan {
  return deepFreeze({
    format: 'countersign/plan/2',
    organization: draft.organization,
    promotion: draft.promotion,
    revision: draft.revision,
    source: { environment: draft.source.environment },
    destination: { environment: draft.destination.environment },
    requester: draft.requester,
    contributors: sortedDistinct(draft.contributors),
    policy: { version: draft.policy.version, rule: draft.policy.rule },
    risk: draft.risk,
    severalSteps: draft.severalSteps,
    ...(draft.signIn === undefined ? {} : { signIn: draft.signIn }),
    steps: draft.steps.map(planStep),
    items: draft.items.map(planItem),
    dependencies: draft.dependencies.map(planDependency).sort(compareDependencies),
    findings: draft.findings.map(planFinding).sort(compareFindings),
    manifest: draft.manifest,
    evidence: sortedDistinct(draft.evidence),
    notBefore: draft.notBefore,
    activation: draft.activation,
    ...(draft.validation === undefined ? {} : { validation: draft.validation }),
    expiresAfter: draft.expiresAfter,
  })
}

function planStep(step: Omit<PlanStep, 'position'>, index: number): PlanStep {
  return {
    position: index + 1,
    name: step.name,
    kind: step.kind,
    required: step.required,
    groups: sortedDistinct(step.groups),
    people: sortedDistinct(step.people),
    atLeastOneOf: sortedDistinct(step.atLeastOneOf),
    ...(step.publicKey === undefined ? {} : { publicKey: step.publicKey }),
  }
}

function planItem(item: PlanItemDraft, index: number): PlanItem {
  const { source, target, bindings } = item
  return {
    position: index + 1,
    type: item.type,
    name: item.name,
    action: actionOf(item),
    source: { asset: source.asset, version: source.version, digest: source.digest },
    target: {
      asset: target.asset,
      baseline: target.baseline && { version: target.baseline.version, digest: target.baseline.digest },
    },
    adopted: item.adopted,
    digest: item.digest,
    bindings: bindings
      .map(({ pointer, digest, remembered }) => ({ pointer, digest, remembered }))
      .sort((left, right) => compareText(left.pointer, right.pointer)),
  }
}

function planDependency({ asset, pointer, on, required, resolution, target }: Dependency): Dependency {
  return { asset, pointer, on, required, resolution, target }
}

function compareDependencies(left: Dependency, right: Dependency): number {
  return compareText(left.asset, right.asset) || compareText(left.pointer, right.pointer)
}

/**
 * What landing an item does. A target that is associated but holds no version yet, such as after a discarded landing, is
 * not created again.
 */
export function actionOf({ associated, target, digest }: PlanItemDraft): ItemAction {
  if (target.baseline === null) return associated ? 'update' : 'create'
  return target.baseline.digest === digest ? 'unchanged' : 'update'
}

function planFinding(finding: Finding): PlanFinding {
  const { rule, severity, asset, pointer, message } = finding
  const acknowledged = severity === 'warning' && finding.acknowledged === true
  return {
    rule,
    severity,
    asset,
    pointer,
    message,
    acknowledged,
    justification: acknowledged ? (finding.justification ?? null) : null,
  }
}

function sortedDistinct<Text extends string>(texts: readonly Text[]): readonly Text[] {
  return [...new Set(texts)].sort(compareText)
}
