import { isBuiltIn } from '../../../domain/asset/registry.ts'
import { type AssetId, digest, type Instant, type PersonId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { actionOf, type PlanItemDraft } from '../../../domain/plan/assemble-plan.ts'
import { type RoutedRule, routingRule } from '../../../domain/policy/policy.ts'
import type { Risk } from '../../../domain/policy/risk.ts'
import { addressOf, endpointsIn } from '../../../domain/preflight/endpoints.ts'
import type { RuledPlace } from '../../../domain/preflight/judge-findings.ts'
import type { Preflight, PreflightItem } from '../../../domain/preflight/preflight.ts'
import { findInBundle } from '../../../domain/preflight/registry.ts'
import { riskOf } from '../../../domain/preflight/risk.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import type { Baseline } from '../../asset-store.ts'
import { digestOfAddress } from '../../assets/endpoints/digests-of-addresses.ts'
import { type ChosenTargets, chooseTargets } from './choose-targets.ts'
import type { Judge } from './judged-content.ts'
import type { PlannedRequest } from './planned-request.ts'
import { type RenderedItem, renderAssets } from './render-assets.ts'
import type { Screen } from './screened-notes.ts'
import type { Surroundings } from './surroundings.ts'

/** Everything that tells which rule routes a request, besides the request. */
export interface RoutingGround {
  readonly surroundings: Surroundings
  /** As production answers them, of whatever environment. */
  readonly baselines: readonly Baseline[]
  /** Contents of the baselines that a rule compares with by their digest, as far as control has them. */
  readonly contents: ReadonlyMap<string, JsonValue>
  /** Asks the rules against secrets and data of patients. */
  readonly screen: Screen
  readonly judge: Judge
  readonly now: Instant
}

/** A request as it would be rendered, with the rule of the policy that it comes to. */
export interface RoutedRequest {
  readonly chosen: ChosenTargets
  readonly rendered: readonly RenderedItem[]
  readonly contributors: readonly PersonId[]
  readonly preflight: Preflight
  /** What the rules for the bundle itself found, on which its risk rests. */
  readonly inBundle: readonly RuledPlace[]
  /** In landing order. */
  readonly drafts: readonly PlanItemDraft[]
  readonly risk: Risk
  readonly routed: RoutedRule
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

function contentsByTarget(
  { contents }: RoutingGround,
  baselines: ReadonlyMap<AssetId, Baseline>,
): ReadonlyMap<AssetId, JsonValue> {
  return new Map(
    [...baselines.values()].flatMap(({ asset, digest: of }): (readonly [AssetId, JsonValue])[] => {
      const content = contents.get(of)
      return content === undefined ? [] : [[asset, content]]
    }),
  )
}

function ruleOf(
  request: PlannedRequest,
  { surroundings }: RoutingGround,
  { items }: Preflight,
  drafts: readonly PlanItemDraft[],
  findings: readonly string[],
): Pick<RoutedRequest, 'risk' | 'routed'> {
  const types = [...new Set(items.map(({ type }) => type))]
  const risk = riskOf({
    items: drafts.map((draft) => ({ type: draft.type, action: actionOf(draft) })),
    findings,
    ownTypes: types.filter((type) => !isBuiltIn(type)).map(({ name }) => name),
  })
  const routed = routingRule(request.policy, {
    types: types.map(({ name }) => name),
    names: items.map(({ name }) => name),
    risk,
    requesterGroups: surroundings.requesterGroups,
  })
  return { risk, routed }
}

function addressesElsewhere(
  { document }: PlannedRequest,
  items: readonly PreflightItem[],
): ReadonlySet<string> {
  const known = new Set(document.usedElsewhere)
  if (known.size === 0) return known
  const used = items.flatMap(endpointsIn).filter(({ url }) => known.has(digestOfAddress(url)))
  return new Set(used.map(({ url }) => addressOf(url)))
}

/**
 * Renders a request on the ground given, looks at the bundle, and tells which rule of the policy it comes to by that.
 * Storing nothing, it gives the ids it reserves only this once.
 */
export async function routeRequest(request: PlannedRequest, ground: RoutingGround): Promise<RoutedRequest> {
  const { surroundings, screen, judge } = ground
  const baselines = new Map(
    ground.baselines
      .filter(({ environment }) => environment === request.destination)
      .map((baseline) => [baseline.asset, baseline]),
  )
  const contents = contentsByTarget(ground, baselines)
  const chosen = chooseTargets(request, surroundings, baselines)
  const destination = { surroundings, chosen, baselines, contents, screen, judge }
  const { rendered, circle } = await renderAssets(request, destination)
  const contributors = contributorsOf(request)
  const items = rendered.map(({ item }) => item)
  const preflight: Preflight = {
    items,
    circle,
    bindings: request.document.bindings,
    bound: new Map([...baselines].map(([asset, { type }]) => [asset, type])),
    refusedAdoptions: chosen.refused,
    standing: surroundings.standing,
    contributors,
    usedElsewhere: addressesElsewhere(request, items),
  }
  const inBundle = findInBundle(preflight)
  const drafts = rendered.map((one) => itemDraft(one, request, surroundings))
  const found = inBundle.map(({ rule: { id } }) => id)
  const { risk, routed } = ruleOf(request, ground, preflight, drafts, found)
  return { chosen, rendered, contributors, preflight, inBundle, drafts, risk, routed }
}
