import type { AssetType } from '../asset/asset-type.ts'
import { matchPointer, removeAt, replaceAt } from '../asset/json/pointer.ts'
import { sameJson } from '../asset/json/same-json.ts'
import { asLanded } from '../asset/landing.ts'
import { isWithin, partnerPlaces, withoutPartnerOwned } from '../asset/partner-owned.ts'
import { referencesOf } from '../asset/references/references.ts'
import type { AssetId } from '../identifiers.ts'
import type { JsonValue } from '../json.ts'
import type { Binding, ReferenceBinding, ValueBinding } from './binding.ts'
import type { Finding, Severity } from './finding.ts'

export interface RenderRequest {
  readonly type: AssetType
  /** The pinned staging content. */
  readonly content: JsonValue
  readonly sourceAsset: AssetId
  /** All bindings of the promotion, whichever of its assets they are for. */
  readonly bindings: readonly Binding[]
  /** Staging id to production id, from the bundle and from associations. */
  readonly targets: ReadonlyMap<AssetId, AssetId>
}

/** A binding at work: the value that it put at `pointer`. */
export interface UsedBinding {
  readonly pointer: string
  readonly value: JsonValue
  readonly binding: Binding
}

export interface RenderedItem {
  readonly content: JsonValue
  readonly used: readonly UsedBinding[]
  readonly findings: readonly Finding[]
}

/**
 * The content that production would receive. References are rewritten by an explicit binding, else by `targets`; the
 * type's binding places take production's value; local places and what a partner owns are left out; what would start by
 * itself lands off. What cannot be resolved is a finding, rules `reference-unresolved`, `reference-dropped`,
 * `binding-missing` and `binding-conflict`, and never throws; what is a partner's is one too, rule `partner-owned`.
 * The places of one type's rules are expected not to overlap. The result still has to pass the type's schema.
 */
export function renderItem(request: RenderRequest): RenderedItem {
  const referenced = withReferences(request)
  const bound = withValues(request, referenced.content)
  const { type, content, sourceAsset } = request
  const partners = partnerPlaces(type, content).map(({ pointer }) =>
    finding('partner-owned', 'info', sourceAsset, pointer),
  )
  const own = withoutLocals(type, withoutPartnerOwned(type, bound.content))
  return {
    content: asLanded(type, own),
    used: [...referenced.used, ...bound.used],
    findings: [...referenced.findings, ...bound.findings, ...partners],
  }
}

function withReferences({ type, content, sourceAsset, bindings, targets }: RenderRequest): RenderedItem {
  const explicit = groupBy(bindings.filter(isReferenceBinding), (binding) => binding.from)
  const used: UsedBinding[] = []
  const findings: Finding[] = []
  const dropped: string[] = []
  const partners = partnerPlaces(type, content)
  let rendered = content
  for (const { pointer, asset, rule } of referencesOf(type, content)) {
    if (isWithin(pointer, partners)) continue
    const [binding, ...others] = explicit.get(asset) ?? []
    const target = binding?.to ?? targets.get(asset)
    if (others.some((other) => other.to !== target)) {
      findings.push(finding('binding-conflict', 'blocker', sourceAsset, pointer))
    } else if (target !== undefined) {
      rendered = replaceAt(rendered, pointer, target)
      if (binding !== undefined) used.push({ pointer, value: target, binding })
    } else if (rule.required) {
      findings.push(finding('reference-unresolved', 'blocker', sourceAsset, pointer))
    } else {
      findings.push(finding('reference-dropped', 'warning', sourceAsset, pointer))
      dropped.push(pointer)
    }
  }
  // From the last to the first, so that removing an element moves none that is still to be removed.
  for (const pointer of dropped.reverse()) rendered = removeAt(rendered, pointer)
  return { content: rendered, used, findings }
}

function withValues({ type, sourceAsset, bindings }: RenderRequest, content: JsonValue): RenderedItem {
  const own = bindings.filter(isValueBinding).filter((binding) => binding.asset === sourceAsset)
  const explicit = groupBy(own, (binding) => binding.pointer)
  const used: UsedBinding[] = []
  const findings: Finding[] = []
  const partners = partnerPlaces(type, content)
  let rendered = content
  for (const pattern of type.bindings) {
    for (const { pointer, value: staged } of matchPointer(rendered, pattern)) {
      if (isWithin(pointer, partners)) continue
      const [binding, ...others] = explicit.get(pointer) ?? []
      if (binding === undefined) {
        if (staged !== null) findings.push(finding('binding-missing', 'blocker', sourceAsset, pointer))
      } else if (others.some((other) => !sameJson(other.value, binding.value))) {
        findings.push(finding('binding-conflict', 'blocker', sourceAsset, pointer))
      } else {
        rendered = replaceAt(rendered, pointer, binding.value)
        used.push({ pointer, value: binding.value, binding })
      }
    }
  }
  return { content: rendered, used, findings }
}

function withoutLocals(type: AssetType, content: JsonValue): JsonValue {
  let rendered = content
  for (const pattern of type.local ?? []) {
    for (const { pointer } of matchPointer(rendered, pattern).toReversed()) {
      rendered = removeAt(rendered, pointer)
    }
  }
  return rendered
}

const messages = Object.freeze({
  'reference-unresolved':
    'Nothing in the destination stands for the asset that is referred to here. Bind it to an asset of the destination, or promote it in the same bundle.',
  'reference-dropped':
    'Nothing in the destination stands for the asset that is referred to here. The reference is optional and is left out.',
  'binding-missing': 'The destination needs a value of its own here. Supply a binding for this place.',
  'partner-owned': 'A partner owns this. It is left out: partners link to production themselves.',
  'binding-conflict': 'Several bindings give this place different values. Keep one of them.',
})

function finding(rule: keyof typeof messages, severity: Severity, asset: AssetId, pointer: string): Finding {
  return { rule, severity, asset, pointer, message: messages[rule] }
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item[]> {
  return Map.groupBy(items, keyOf)
}

function isReferenceBinding(binding: Binding): binding is ReferenceBinding {
  return binding.kind === 'reference'
}

function isValueBinding(binding: Binding): binding is ValueBinding {
  return binding.kind === 'value'
}
