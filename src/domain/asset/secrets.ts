import type { JsonValue } from '../json.ts'
import type { AssetType } from './asset-type.ts'
import { matchPointer } from './pointer.ts'

/** Pointers at which a field that `type` marks secret holds a literal: anything but null, the empty string included. */
export function literalSecrets(type: AssetType, content: JsonValue): readonly string[] {
  return type.secrets.flatMap((pattern) =>
    matchPointer(content, pattern)
      .filter(({ value }) => value !== null)
      .map(({ pointer }) => pointer),
  )
}
