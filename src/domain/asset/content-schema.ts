import type { JsonObject } from '../json.ts'

/** The dialect of every content schema: JSON Schema 2020-12. */
export const dialect = 'https://json-schema.org/draft/2020-12/schema'

export const flag: JsonObject = { type: 'boolean' }

/** An asset's id, a UUID in lower case: the `uuid` format would let other spellings of the same id through. */
export const assetIdentifier: JsonObject = {
  type: 'string',
  maxLength: 36,
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
}

/** An https URL without user information, which is where passwords hide. */
export const secureUrl: JsonObject = {
  type: 'string',
  maxLength: 2048,
  format: 'uri',
  pattern: '^https://[^\\s/?#@]+(?:[/?#]|$)',
}

/** An event of the platform, as `<resource>.<verb>`. */
export const eventType: JsonObject = {
  type: 'string',
  maxLength: 200,
  pattern: '^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$',
}

/** A name of the platform's vocabulary, such as a data model or an event type. */
export const term: JsonObject = { type: 'string', maxLength: 100, pattern: '^[A-Za-z][A-Za-z0-9 ._^-]*$' }

/** An id inside content that is no asset's. */
export const localIdentifier: JsonObject = { type: 'string', maxLength: 64, pattern: '^[A-Za-z0-9._-]+$' }

/** A JSONPath or dotted path into a message. */
export const path: JsonObject = { type: 'string', minLength: 1, maxLength: 1000 }

/** A string of 1 to `maxLength` characters. */
export function text(maxLength: number): JsonObject {
  return { type: 'string', minLength: 1, maxLength }
}

/** A string out of `values`. */
export function oneOf(...values: readonly string[]): JsonObject {
  return { type: 'string', enum: values }
}

/** An array of at most `maxItems` elements, with further keywords of an array. */
export function list(items: JsonObject, maxItems: number, further: JsonObject = {}): JsonObject {
  return { type: 'array', items, maxItems, ...further }
}

/** What `schema` allows, or null. */
export function orNull(schema: JsonObject): JsonObject {
  return { anyOf: [{ type: 'null' }, schema] }
}

/** Settings by name, of which the platform knows which there are. */
export const settings: JsonObject = {
  type: 'object',
  additionalProperties: {
    anyOf: [{ type: 'boolean' }, { type: 'number' }, { type: 'string', maxLength: 1000 }],
  },
  propertyNames: { maxLength: 100 },
  maxProperties: 50,
}

/** An object of these properties and no others, with further keywords of an object. */
export function strictObject(
  properties: JsonObject,
  required: readonly string[],
  further: JsonObject = {},
): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false, ...further }
}

/** The schema of an asset type's content: a strict object under the dialect's name. */
export function contentSchema(
  properties: JsonObject,
  required: readonly string[],
  further: JsonObject = {},
): JsonObject {
  return { $schema: dialect, ...strictObject(properties, required, further) }
}
