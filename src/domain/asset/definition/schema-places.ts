import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts'
import { isJsonArray } from '../json/json-array.ts'
import { formatPointer } from '../json/pointer.ts'

/** A schema inside a schema, and where it stands. */
export interface SchemaPlace {
  readonly pointer: string
  readonly schema: JsonObject
  /** 0 for the whole. */
  readonly depth: number
}

const oneSchema = [
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]
const listOfSchemas = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const schemasByName = ['$defs', 'dependentSchemas', 'patternProperties', 'properties']

/** The keywords of JSON Schema 2020-12 that hold no schema and that content schemas may use. */
const plain = [
  '$anchor',
  '$comment',
  '$dynamicAnchor',
  '$dynamicRef',
  '$ref',
  '$schema',
  'const',
  'default',
  'dependentRequired',
  'deprecated',
  'description',
  'enum',
  'examples',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'maxContains',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minContains',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'pattern',
  'readOnly',
  'required',
  'title',
  'type',
  'uniqueItems',
  'writeOnly',
]

/** Every keyword that a content schema may use. */
export const schemaKeywords: ReadonlySet<string> = new Set([
  ...oneSchema,
  ...listOfSchemas,
  ...schemasByName,
  ...plain,
])

type Inside = readonly [tokens: readonly (string | number)[], value: JsonValue]

function inside(schema: JsonObject): readonly Inside[] {
  return Object.entries(schema).flatMap(([keyword, value]): readonly Inside[] => {
    if (oneSchema.includes(keyword)) return [[[keyword], value]]
    if (listOfSchemas.includes(keyword) && isJsonArray(value)) {
      return value.map((element, index) => [[keyword, index], element])
    }
    if (schemasByName.includes(keyword) && isJsonObject(value)) {
      return Object.entries(value).map(([name, element]) => [[keyword, name], element])
    }
    return []
  })
}

/**
 * Every schema inside `schema`, itself first, down to `maximum` levels below it. Only places that the dialect calls
 * schemas count: what stands in a `const` or a `default` is data.
 */
export function schemaPlaces(schema: JsonObject, maximum: number): readonly SchemaPlace[] {
  const places: SchemaPlace[] = [{ pointer: '', schema, depth: 0 }]
  // The list grows while it is walked; no call stack does.
  for (const place of places) {
    if (place.depth === maximum) continue
    for (const [tokens, value] of inside(place.schema)) {
      if (!isJsonObject(value)) continue
      places.push({
        pointer: place.pointer + formatPointer(tokens),
        schema: value,
        depth: place.depth + 1,
      })
    }
  }
  return places
}
