import { referencesOf } from '../../../domain/asset/references/references.ts'
import type { AssetId, Digest } from '../../../domain/identifiers.ts'
import { digest } from '../../../domain/identifiers.ts'
import type { Binding } from '../../../domain/plan/binding.ts'
import type { Finding } from '../../../domain/plan/finding.ts'
import { dependencyOrder } from '../../../domain/plan/order.ts'
import { renderItem, type UsedBinding } from '../../../domain/plan/render.ts'
import { type Holder, type LandingHolder, takenFindings } from '../../../domain/plan/taken.ts'
import { unusedBindings } from '../../../domain/plan/unused-bindings.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import type { Baseline } from '../../asset-store.ts'
import { contentProblems } from '../../assets/content-problems.ts'
import { ruleProblems } from '../../assets/rules/check-rules.ts'
import { confidentialFindings } from './confidential-findings.ts'
import type { FrozenAsset } from './read-request.ts'

export interface RenderedAsset {
  readonly frozen: FrozenAsset
  readonly bytes: Uint8Array
  readonly digest: Digest
  readonly bindings: readonly { readonly pointer: string; readonly digest: Digest }[]
}

export interface RenderedBundle {
  /** In landing order: after everything that an asset refers to. */
  readonly assets: readonly RenderedAsset[]
  readonly findings: readonly Finding[]
}

function blocker(rule: string, asset: AssetId, pointer: string, message: string): Finding {
  return { rule, severity: 'blocker', asset, pointer, message }
}

function landingOrder(assets: readonly FrozenAsset[]): {
  readonly ordered: readonly FrozenAsset[]
  readonly findings: readonly Finding[]
} {
  const inBundle = new Map(assets.map((frozen) => [frozen.asset, frozen]))
  const order = dependencyOrder(
    assets.map(({ asset, type, content }) => ({
      asset,
      references: referencesOf(type, content)
        .map((reference) => reference.asset)
        .filter((id) => inBundle.has(id)),
    })),
  )
  if (order.kind === 'cycle') {
    const message = 'These assets refer to each other in a circle. Break it in staging, then ask again.'
    return {
      ordered: assets,
      findings: order.assets.map((asset) => blocker('reference-cycle', asset, '', message)),
    }
  }
  return { ordered: order.assets.flatMap((asset) => inBundle.get(asset) ?? []), findings: [] }
}

function boundTargetFindings(
  frozen: FrozenAsset,
  used: readonly UsedBinding[],
  baselines: ReadonlyMap<AssetId, Baseline>,
): readonly Finding[] {
  return used.flatMap(({ pointer, binding }) => {
    if (binding.kind !== 'reference') return []
    const target = baselines.get(binding.to)
    const rule = referencesOf(frozen.type, frozen.content).find(
      (reference) => reference.pointer === pointer,
    )?.rule
    if (target === undefined) {
      const message =
        'The binding names no asset of the destination. Create it there first, or bind another one.'
      return [blocker('binding-target-missing', frozen.asset, pointer, message)]
    }
    if (rule !== undefined && !rule.types.includes(target.type)) {
      const message = `The binding names an asset of another type; ${rule.types.join(' or ')} may stand here.`
      return [blocker('binding-target-type', frozen.asset, pointer, message)]
    }
    return []
  })
}

/**
 * Renders every asset of a bundle for production and finds what speaks against it: references that do not resolve,
 * missing bindings, bindings to nothing, secrets and data of patients, content that does not fit its type once rendered,
 * and what others hold already.
 */
export async function renderBundle(
  assets: readonly FrozenAsset[],
  bindings: readonly Binding[],
  targets: ReadonlyMap<AssetId, AssetId>,
  baselines: ReadonlyMap<AssetId, Baseline>,
  standing: readonly Holder[],
): Promise<RenderedBundle> {
  const { ordered, findings: orderFindings } = landingOrder(assets)
  const findings: Finding[] = [...orderFindings]
  const used: UsedBinding[] = []
  const landing: LandingHolder[] = []
  const rendered: RenderedAsset[] = []
  for (const frozen of ordered) {
    const { type, content, asset } = frozen
    const item = renderItem({ type, content, sourceAsset: asset, bindings, targets })
    used.push(...item.used)
    findings.push(...item.findings, ...boundTargetFindings(frozen, item.used, baselines))
    if (frozen.erased) {
      const message = 'The content of this version was erased. Withdraw, and promote another version.'
      findings.push(blocker('content-erased', asset, '', message))
    }
    for (const { pointer, message } of frozen.erased ? [] : contentProblems(type, item.content)) {
      findings.push(blocker('schema', asset, pointer, `The rendered content ${message}.`))
    }
    for (const { pointer, message } of ruleProblems(type, item.content)) {
      findings.push(blocker('structure', asset, pointer, `The rendered content ${message}.`))
    }
    landing.push({ type, asset, target: targets.get(asset) ?? asset, content: item.content })
    findings.push(...(await confidentialFindings(asset, item.content)))
    const bytes = canonicalBytes(item.content)
    rendered.push({
      frozen,
      bytes,
      digest: digest(digestOf(bytes)),
      bindings: item.used.map(({ pointer, value }) => ({
        pointer,
        digest: digest(digestOf(canonicalBytes(value))),
      })),
    })
  }
  findings.push(...unusedBindings(bindings, used), ...takenFindings(landing, standing))
  return { assets: rendered, findings }
}
