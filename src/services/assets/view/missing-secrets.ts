import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { formatPointer, matchPointer, parsePointer } from '../../../domain/asset/pointer.ts'
import type { JsonValue } from '../../../domain/json.ts'

/**
 * Pointers of the secrets that content says it has, by `has<Field>` in the place of each, and that this environment has
 * not been given.
 */
export function missingSecrets(type: AssetType, content: JsonValue): readonly string[] {
  return type.secrets.flatMap((pattern) => {
    const tokens = parsePointer(pattern)
    const field = tokens.at(-1) ?? ''
    const flag = `has${field.charAt(0).toUpperCase()}${field.slice(1)}`
    const flags = matchPointer(content, formatPointer([...tokens.slice(0, -1), flag]))
    return flags.flatMap(({ pointer, value }) =>
      value === true ? [formatPointer([...parsePointer(pointer).slice(0, -1), field])] : [],
    )
  })
}
