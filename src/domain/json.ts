/** A JSON value as the strict parser yields it: no `undefined`, no lossy number, no duplicate key. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly [member: string]: JsonValue
}

/** Whether `value` is a JSON object, as opposed to an array, a scalar or null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
