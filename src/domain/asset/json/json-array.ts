import type { JsonValue } from '../../json.ts'

/** Whether `value` is a JSON array; unlike `Array.isArray` it narrows to the readonly array of JSON values. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
