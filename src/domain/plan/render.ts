import type { AssetType } from '../asset/asset-type.ts'
import { matchPointer, removeAt, replaceAt } from '../asset/json/pointer.ts'
import { sameJson } from '../asset/json/same-json.ts'
import { asLanded } from '../asset/landing.ts'
import { isWithin, partnerPlaces, withoutPartnerOwned } from '../asset/partner-owned.ts'
import { referencesOf } from '../asset/references/references.ts'
import type { AssetId } from '../identifiers.ts'
import type { JsonValue } from '../json.ts'
import { type Binding, isReferenceBinding, isValueBinding } from './binding.ts'

export interface RenderRequest {
  readonly type: AssetType
  /** The pinned staging content. */
  readonly content: JsonValue
  readonly sourceAsset: AssetId
  /** All bindings of the promotion, whichever of its assets they are for. */
  readonly bindings: readonly Binding[]
  /** Staging id to production id, from the bundle and from associations. */
  readonly targets: ReadonlyMap<AssetId, AssetId>
  /** Production ids and values that the last promotion used, for what no binding and no target says. */
  readonly remembered?: Remembered
}

/** What production was given the last time. */
export interface Remembered {
  readonly targets: ReadonlyMap<AssetId, AssetId>
  /** The value at a place of the staging content; undefined where none is known. */
  valueAt(pointer: string): JsonValue | undefined
}

/** Something that could not be rendered as staging has it, by the rule of preflight that speaks of it. */
export interface RenderNote {
  readonly rule:
    | 'reference-unresolved'
    | 'reference-dropped'
    | 'binding-missing'
    | 'binding-conflict'
    | 'binding-remembered'
    | 'partner-owned'
  readonly pointer: string
}

/** A binding at work: the value that it put at `pointer`. */
export interface UsedBinding {
  readonly pointer: string
  readonly value: JsonValue
  /** Null where the value is a remembered one. */
  readonly binding: Binding | null
}

export interface RenderedItem {
  readonly content: JsonValue
  readonly used: readonly UsedBinding[]
  readonly notes: readonly RenderNote[]
}

/**
 * The content that production would receive. References are rewritten by an explicit binding, else by `targets`; the
 * type's binding places take production's value; local places and what a partner owns are left out; what would start by
 * itself lands off. Where nothing else says so, what the last promotion put there stays. What cannot be resolved is a
 * note and never throws; what is remembered, and what is a partner's, is one too.
 * The places of one type's rules are expected not to overlap. The result still has to pass the type's schema.
 */
export function renderItem(request: RenderRequest): RenderedItem {
  const referenced = withReferences(request)
  const bound = withValues(request, referenced.content)
  const { type, content } = request
  const partners = partnerPlaces(type, content).map(({ pointer }) => note('partner-owned', pointer))
  const own = withoutLocals(type, withoutPartnerOwned(type, bound.content))
  return {
    content: asLanded(type, own),
    used: [...referenced.used, ...bound.used],
    notes: [...referenced.notes, ...bound.notes, ...partners],
  }
}

function withReferences({ type, content, bindings, targets, remembered }: RenderRequest): RenderedItem {
  const explicit = groupBy(bindings.filter(isReferenceBinding), (binding) => binding.from)
  const used: UsedBinding[] = []
  const notes: RenderNote[] = []
  const dropped: string[] = []
  const partners = partnerPlaces(type, content)
  let rendered = content
  for (const { pointer, asset, rule } of referencesOf(type, content)) {
    if (isWithin(pointer, partners)) continue
    const [binding, ...others] = explicit.get(asset) ?? []
    const known = binding?.to ?? targets.get(asset)
    const target = known ?? remembered?.targets.get(asset)
    if (others.some((other) => other.to !== target)) {
      notes.push(note('binding-conflict', pointer))
    } else if (target !== undefined) {
      rendered = replaceAt(rendered, pointer, target)
      if (binding !== undefined) used.push({ pointer, value: target, binding })
      else if (known === undefined) {
        used.push({ pointer, value: target, binding: null })
        notes.push(note('binding-remembered', pointer))
      }
    } else if (rule.required) {
      notes.push(note('reference-unresolved', pointer))
    } else {
      notes.push(note('reference-dropped', pointer))
      dropped.push(pointer)
    }
  }
  // From the last to the first, so that removing an element moves none that is still to be removed.
  for (const pointer of dropped.reverse()) rendered = removeAt(rendered, pointer)
  return { content: rendered, used, notes }
}

function withValues(
  { type, sourceAsset, bindings, remembered }: RenderRequest,
  content: JsonValue,
): RenderedItem {
  const own = bindings.filter(isValueBinding).filter((binding) => binding.asset === sourceAsset)
  const explicit = groupBy(own, (binding) => binding.pointer)
  const used: UsedBinding[] = []
  const notes: RenderNote[] = []
  const partners = partnerPlaces(type, content)
  let rendered = content
  for (const pattern of type.bindings) {
    for (const { pointer, value: staged } of matchPointer(rendered, pattern)) {
      if (isWithin(pointer, partners)) continue
      const [binding, ...others] = explicit.get(pointer) ?? []
      if (binding === undefined) {
        const value = staged === null ? undefined : remembered?.valueAt(pointer)
        if (value !== undefined) {
          rendered = replaceAt(rendered, pointer, value)
          used.push({ pointer, value, binding: null })
          notes.push(note('binding-remembered', pointer))
        } else if (staged !== null) notes.push(note('binding-missing', pointer))
      } else if (others.some((other) => !sameJson(other.value, binding.value))) {
        notes.push(note('binding-conflict', pointer))
      } else {
        rendered = replaceAt(rendered, pointer, binding.value)
        used.push({ pointer, value: binding.value, binding })
      }
    }
  }
  return { content: rendered, used, notes }
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

function note(rule: RenderNote['rule'], pointer: string): RenderNote {
  return { rule, pointer }
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item[]> {
  return Map.groupBy(items, keyOf)
}
