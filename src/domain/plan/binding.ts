import type { AssetId } from '../identifiers.ts'
import type { JsonValue } from '../json.ts'

/** Production's counterpart (`to`) of an asset that staging content refers to (`from`). */
export type ReferenceBinding = {
  readonly kind: 'reference'
  readonly from: AssetId
  readonly to: AssetId
}

/** Production's value for one place of one staging asset's content; `pointer` is a JSON Pointer without wildcards. */
export type ValueBinding = {
  readonly kind: 'value'
  readonly asset: AssetId
  readonly pointer: string
  readonly value: JsonValue
}

/** Production's value for something that staging holds locally. */
export type Binding = ReferenceBinding | ValueBinding

/** Whether a binding is production's counterpart of an asset. */
export function isReferenceBinding(binding: Binding): binding is ReferenceBinding {
  return binding.kind === 'reference'
}

/** Whether a binding is production's value for a place. */
export function isValueBinding(binding: Binding): binding is ValueBinding {
  return binding.kind === 'value'
}
