import type { JsonValue } from './json.ts'

/**
 * An argument of a claim that is a text.
 *
 * @throws RangeError when it is anything else.
 */
export function textOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new RangeError('a text was expected')
  return value
}

/**
 * An argument of a claim that is a number.
 *
 * @throws RangeError when it is anything else.
 */
export function numberOf(value: JsonValue | undefined): number {
  if (typeof value !== 'number') throw new RangeError('a number was expected')
  return value
}
