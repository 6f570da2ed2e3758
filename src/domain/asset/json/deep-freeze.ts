/** Freezes `value` and every object and array inside it, and returns it. Values must be acyclic, as JSON is. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}
