import { isBuiltIn } from '../../../domain/asset/registry.ts'
import { type AssetId, digest, type Instant } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { actionOf, assemblePlan, type PlanItemDraft } from '../../../domain/plan/assemble-plan.ts'
import type { Plan, PlanStep } from '../../../domain/plan/plan.ts'
import { type PolicyStep, routingRule } from '../../../domain/policy/policy.ts'
import { canBeSigned, type Signers } from '../../../domain/policy/satisfiability.ts'
import { acknowledgementsLeft, judgeFindings } from '../../../domain/preflight/judge-findings.ts'
import type { Preflight } from '../../../domain/preflight/preflight.ts'
import { findByPolicy, findInBundle } from '../../../domain/preflight/registry.ts'
import { riskOf } from '../../../domain/preflight/risk.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import type { Baseline } from '../../asset-store.ts'
import { chooseTargets } from './choose-targets.ts'
import { dependenciesOf } from './dependencies.ts'
import type { PlannedRequest } from './planned-request.ts'
import { type RenderedItem, renderAssets } from './render-assets.ts'
import type { Screen } from './screened-notes.ts'
import type { Surroundings } from './surroundings.ts'

export interface PreparedPlan {
  readonly plan: Plan
  readonly rendered: readonly RenderedItem[]
  readonly signers: Signers
}

/** Everything that a plan is made of besides the request. */
export interface PlanGround {
  readonly surroundings: Surroundings
  /** As production answers them, of whatever environment. */
  readonly baselines: readonly Baseline[]
  /** Contents of the baselines that a rule compares with by their digest, as far as control has them. */
  readonly contents: ReadonlyMap<string, JsonValue>
  /** Asks the rules against secrets and data of patients. */
  readonly screen: Screen
  readonly now: Instant
}

function itemDraft(
  { item }: RenderedItem,
  { assets }: PlannedRequest,
  { partners }: Surroundings,
): PlanItemDraft {
  const { asset, version, target, used } = item
  const frozen = assets.find((one) => one.asset === asset)
  if (frozen === undefined) throw new RangeError('an item was rendered from an asset of the request')
  return {
    type: item.type.name,
    name: item.name,
    associated: partners.has(asset),
    source: { asset, version, digest: frozen.digest },
    target: { asset: target.asset, baseline: target.baseline },
    adopted: target.adopted,
    digest: item.digest,
    bindings: used.map(({ pointer, value, binding }) => ({
      pointer,
      digest: digest(digestOf(canonicalBytes(value))),
      remembered: binding === null,
    })),
  }
}

function contributorsOf({ requester, resubmitters, assets }: PlannedRequest) {
  return [...new Set([requester, ...resubmitters, ...assets.flatMap(({ editors }) => editors)])].sort()
}

function routed(
  request: PlannedRequest,
  { surroundings }: PlanGround,
  preflight: Preflight,
  drafts: readonly PlanItemDraft[],
  findings: readonly string[],
) {
  const types = [...new Set(preflight.items.map(({ type }) => type))]
  const risk = riskOf({
    items: drafts.map((draft) => ({ type: draft.type, action: actionOf(draft) })),
    findings,
    ownTypes: types.filter((type) => !isBuiltIn(type)).map(({ name }) => name),
  })
  const rule = routingRule(request.policy, {
    types: types.map(({ name }) => name),
    names: preflight.items.map(({ name }) => name),
    risk,
    requesterGroups: surroundings.requesterGroups,
  })
  return { risk, rule }
}

function plannedStep(step: PolicyStep): Omit<PlanStep, 'position'> {
  if (step.kind === 'external') return { ...step, required: 1, groups: [], people: [], atLeastOneOf: [] }
  const { name, kind, approvals, groups, people = [], atLeastOneOf = [] } = step
  return { name, kind, required: approvals, groups, people, atLeastOneOf }
}

/** Makes the plan of a request on the ground given. Storing nothing, it gives the ids it reserves only this once. */
export async function preparePlan(request: PlannedRequest, ground: PlanGround): Promise<PreparedPlan> {
  const { surroundings, now } = ground
  const baselines = new Map(
    ground.baselines
      .filter(({ environment }) => environment === request.destination)
      .map((baseline) => [baseline.asset, baseline]),
  )
  const contents = new Map<AssetId, JsonValue>()
  for (const { asset, digest: of } of baselines.values()) {
    const content = ground.contents.get(of)
    if (content !== undefined) contents.set(asset, content)
  }
  const chosen = chooseTargets(request, surroundings, baselines)
  const { rendered, circle } = await renderAssets(request, {
    surroundings,
    chosen,
    baselines,
    contents,
    screen: ground.screen,
  })
  const contributors = contributorsOf(request)
  const preflight: Preflight = {
    items: rendered.map(({ item }) => item),
    circle,
    bindings: request.document.bindings,
    bound: new Map([...baselines].map(([asset, { type }]) => [asset, type])),
    refusedAdoptions: chosen.refused,
    standing: surroundings.standing,
    contributors,
  }
  const inBundle = findInBundle(preflight)
  const drafts = rendered.map((one) => itemDraft(one, request, surroundings))
  const { risk, rule } = routed(
    request,
    ground,
    preflight,
    drafts,
    inBundle.map(({ rule: { id } }) => id),
  )
  const signers = canBeSigned(
    rule.rule.steps,
    surroundings.signers,
    new Set(contributors),
    rule.rule.severalSteps === true,
  )
  const byPolicy = findByPolicy({
    ...preflight,
    rule: rule.rule,
    manifest: request.manifest,
    evidence: request.evidence,
    signers,
    livePilots: (rule.rule.pilot && surroundings.pilots.get(rule.rule.pilot)) || new Map(),
    now,
  })
  const places = [...inBundle, ...byPolicy]
  const acknowledged = request.document.acknowledge.map(({ rule: id, asset, pointer, commitment }) => ({
    rule: id,
    asset,
    pointer,
    justification: commitment,
  }))
  const plan = assemblePlan({
    organization: request.organization,
    promotion: request.promotion,
    revision: request.revision,
    source: { environment: request.source },
    destination: { environment: request.destination },
    requester: request.requester,
    contributors,
    policy: { version: request.policyVersion, rule: rule.position },
    risk,
    severalSteps: rule.rule.severalSteps === true,
    ...(rule.rule.signIn === undefined ? {} : { signIn: rule.rule.signIn }),
    steps: rule.rule.steps.map(plannedStep),
    items: drafts,
    dependencies: dependenciesOf(request, rendered, chosen),
    findings: judgeFindings(
      [...places, ...acknowledgementsLeft(places, acknowledged)],
      acknowledged,
      rule.rule.blocks ?? [],
    ),
    manifest: request.document.manifest,
    evidence: request.document.evidence,
    notBefore: request.document.notBefore,
    activation: rule.rule.activation ?? 'manual',
    expiresAfter: rule.rule.expiresAfter,
  })
  return { plan, rendered, signers }
}
