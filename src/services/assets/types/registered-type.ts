import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { builtInAssetTypes } from '../../../domain/asset/registry.ts'
import { digest as asDigest, type Digest } from '../../../domain/identifiers.ts'
import type { JsonObject, JsonValue } from '../../../domain/json.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'

/** An entry of an organization's registry: a type that everybody has, or a version of one of its own. */
export interface RegisteredType {
  readonly type: AssetType
  readonly version: number
  readonly digest: Digest
  readonly builtIn: boolean
}

/** A definition as it is stored and digested: all of a type but its name. */
export function definitionBytes({ name: _name, ...definition }: AssetType): Uint8Array {
  return canonicalBytes(definition as unknown as JsonObject)
}

/** Types a stored definition: the boundary at which what `setAssetType` judged and stored comes back. */
export function asAssetType(name: string, definition: JsonValue): AssetType {
  return { ...(definition as unknown as Omit<AssetType, 'name'>), name }
}

/** The built-in types, which need no look-up: they are the same in every organization and change with a release. */
export const builtInTypes: readonly RegisteredType[] = Object.freeze(
  builtInAssetTypes.map((type) => ({
    type,
    version: 1,
    digest: asDigest(digestOf(definitionBytes(type))),
    builtIn: true,
  })),
)
