import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts'
import { contentFormats } from '../asset-type.ts'
import { dialect } from '../content-schema.ts'
import { formatPointer, readPointer } from '../json/pointer.ts'
import type { RuleProblem } from '../structure/rule-problem.ts'
import { type SchemaPlace, schemaKeywords, schemaPlaces } from './schema-places.ts'

/** How many levels of schemas may stand in each other. */
const maximumDepth = 32

const formats: readonly JsonValue[] = contentFormats

/** A regular expression of a schema, and where it stands. */
export interface SchemaPattern {
  readonly pointer: string
  readonly pattern: string
}

/** Every regular expression of a schema: the values of `pattern` and the names in `patternProperties`. */
export function patternsOf(schema: JsonObject): readonly SchemaPattern[] {
  return schemaPlaces(schema, maximumDepth).flatMap(({ pointer, schema: { pattern, patternProperties } }) => {
    const own = typeof pattern === 'string' ? [{ pointer: `${pointer}/pattern`, pattern }] : []
    const names = isJsonObject(patternProperties) ? Object.keys(patternProperties) : []
    const ofNames = names.map((name) => ({
      pointer: pointer + formatPointer(['patternProperties', name]),
      pattern: name,
    }))
    return [...own, ...ofNames]
  })
}

/**
 * What a content schema may not hold, beyond what its dialect says: another dialect, an address outside of itself,
 * keywords and formats that are not judged here, more levels than are walked. Pointers lead into the schema.
 */
export function schemaProblems(schema: JsonObject): readonly RuleProblem[] {
  return schemaPlaces(schema, maximumDepth).flatMap((place) => [
    ...keywordProblems(place),
    ...referenceProblems(schema, place),
    ...(place.depth === maximumDepth
      ? [{ pointer: place.pointer, message: `is nested deeper than ${maximumDepth} schemas` }]
      : []),
  ])
}

function keywordProblems({ pointer, schema, depth }: SchemaPlace): readonly RuleProblem[] {
  const problems = Object.keys(schema)
    .filter((keyword) => !schemaKeywords.has(keyword))
    .map((keyword) => ({
      pointer: pointer + formatPointer([keyword]),
      message: 'is no keyword that a content schema may use',
    }))
  const { $schema, format } = schema
  if ($schema !== undefined && ($schema !== dialect || depth > 0)) {
    problems.push({ pointer: `${pointer}/$schema`, message: `must be ${dialect}, at the top alone` })
  }
  if (format !== undefined && !formats.includes(format)) {
    problems.push({ pointer: `${pointer}/format`, message: `must be one of ${contentFormats.join(', ')}` })
  }
  return problems
}

function referenceProblems(whole: JsonObject, { pointer, schema }: SchemaPlace): readonly RuleProblem[] {
  return ['$ref', '$dynamicRef'].flatMap((keyword) => {
    const target = schema[keyword]
    if (typeof target !== 'string') return []
    const at = pointer + formatPointer([keyword])
    if (!target.startsWith('#')) return [{ pointer: at, message: 'must lead to a place in this schema: #…' }]
    if (target !== '#' && !target.startsWith('#/')) return []
    return isPlace(whole, target.slice(1)) ? [] : [{ pointer: at, message: 'leads nowhere' }]
  })
}

function isPlace(schema: JsonObject, fragment: string): boolean {
  try {
    return readPointer(schema, decodeURIComponent(fragment)) !== undefined
  } catch {
    return false
  }
}
