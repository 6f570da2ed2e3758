import { missingSecrets } from '../../../domain/asset/secrets.ts'
import { type AssetId, digest } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { dependencyOrder } from '../../../domain/plan/order.ts'
import { type Remembered, renderItem } from '../../../domain/plan/render.ts'
import { glanceAt } from '../../../domain/preflight/glance.ts'
import type { PreflightItem, PreflightTarget } from '../../../domain/preflight/preflight.ts'
import {
  type LastPromoted,
  rememberedTargets,
  rememberedValue,
} from '../../../domain/preflight/remembered.ts'
import { openBreath } from '../../../screening/breath.ts'
import { bytesOfText, canonicalText, digestOf } from '../../../trust/canonical.ts'
import type { Baseline } from '../../asset-store.ts'
import { digestOfPlace } from '../../assets/view/read-baselines.ts'
import type { ChosenTargets } from './choose-targets.ts'
import type { Judge } from './judged-content.ts'
import type { FrozenAsset, PlannedRequest } from './planned-request.ts'
import { type Screen, screenedNotes } from './screened-notes.ts'
import type { Surroundings } from './surroundings.ts'
import { typeVersionAt } from './type-history.ts'

/** An item with the canonical bytes that its digest is of. */
export interface RenderedItem {
  readonly item: PreflightItem
  readonly bytes: Uint8Array
}

export interface RenderedBundle {
  /** In landing order: after everything that an asset refers to. */
  readonly rendered: readonly RenderedItem[]
  readonly circle: readonly AssetId[]
}

/** What is known of production while a bundle is rendered. */
export interface Destination {
  readonly surroundings: Surroundings
  readonly chosen: ChosenTargets
  /** Of the destination's assets that matter to the bundle. */
  readonly baselines: ReadonlyMap<AssetId, Baseline>
  /** Contents of the baselines that a rule compares with, as far as control has them, by target. */
  readonly contents: ReadonlyMap<AssetId, JsonValue>
  readonly screen: Screen
  readonly judge: Judge
}

function landingOrder(assets: readonly FrozenAsset[]): {
  readonly ordered: readonly FrozenAsset[]
  readonly circle: readonly AssetId[]
} {
  const inBundle = new Map(assets.map((frozen) => [frozen.asset, frozen]))
  const order = dependencyOrder(
    assets.map(({ asset, references }) => ({
      asset,
      references: references.map((reference) => reference.asset),
    })),
  )
  return order.kind === 'cycle'
    ? { ordered: assets, circle: order.assets }
    : { ordered: order.assets.flatMap((asset) => inBundle.get(asset) ?? []), circle: [] }
}

function rememberedOf({ type, content }: FrozenAsset, last: LastPromoted): Remembered {
  return {
    targets: rememberedTargets(type, last),
    valueAt: (pointer) => rememberedValue(last, content, pointer),
  }
}

function targetOf(
  { asset, type }: FrozenAsset,
  rendered: JsonValue,
  { surroundings, chosen, baselines, contents }: Destination,
): PreflightTarget {
  const target = chosen.targets.get(asset) ?? asset
  const partner = surroundings.partners.get(asset)
  const baseline = baselines.get(target)
  const places = missingSecrets(type, rendered, new Set())
  return {
    asset: target,
    landed: partner?.landed ?? null,
    restored: partner?.restored ?? false,
    adopted: chosen.adopted.has(asset),
    baseline: baseline ? { version: baseline.version, digest: baseline.digest } : null,
    content: contents.get(target),
    sealed: places.filter((place) => baseline?.sealed.includes(digestOfPlace(place))),
  }
}

function typeVersionsOf(
  { asset, type, writtenAt }: FrozenAsset,
  { partners, typeHistory }: Surroundings,
): PreflightItem['typeVersions'] {
  const partner = partners.get(asset)
  return {
    staged: typeVersionAt(typeHistory, type, writtenAt),
    landed: partner === undefined ? null : typeVersionAt(typeHistory, type, partner.landedAt),
  }
}

async function renderAsset(
  frozen: FrozenAsset,
  { document }: PlannedRequest,
  destination: Destination,
): Promise<RenderedItem> {
  const { asset, type, content, erased } = frozen
  const last = destination.surroundings.lastPromoted.get(asset)
  const {
    notes,
    used,
    content: rendered,
  } = renderItem({
    type,
    content,
    sourceAsset: asset,
    bindings: document.bindings,
    targets: destination.chosen.targets,
    ...(last === undefined ? {} : { remembered: rememberedOf(frozen, last) }),
  })
  const text = canonicalText(rendered)
  const bytes = bytesOfText(text)
  const ofBytes = digest(digestOf(bytes))
  const judged = { digest: ofBytes, content: rendered }
  const { misfits, broken } = destination.judge(type, judged)
  const item: PreflightItem = {
    asset,
    type,
    typeVersions: typeVersionsOf(frozen, destination.surroundings),
    name: frozen.name,
    version: frozen.version,
    writtenAt: frozen.writtenAt,
    staged: content,
    erased,
    rendered,
    glance: glanceAt(text, bytes.byteLength),
    digest: ofBytes,
    notes,
    used,
    target: targetOf(frozen, rendered, destination),
    misfits: erased ? [] : misfits,
    broken,
    screened: await screenedNotes(judged, destination.screen),
  }
  return { item, bytes }
}

/** Renders every asset of a request for production, with all that preflight's rules look at. */
export async function renderAssets(
  request: PlannedRequest,
  destination: Destination,
): Promise<RenderedBundle> {
  const { ordered, circle } = landingOrder(request.assets)
  const rendered: RenderedItem[] = []
  const breathe = openBreath()
  for (const frozen of ordered) {
    const item = await renderAsset(frozen, request, destination)
    rendered.push(item)
    const pause = breathe(item.bytes.byteLength)
    if (pause !== undefined) await pause
  }
  return { rendered, circle }
}
