import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts'
import type { AssetType } from '../asset-type.ts'
import { isJsonArray } from '../json/json-array.ts'
import { parsePointer } from '../json/pointer.ts'
import { presenceFlag } from '../secrets.ts'
import type { RuleProblem } from '../structure/rule-problem.ts'

/**
 * Secret places that the schema contradicts. A schema describes content as it is stored: without the secret, and with
 * `has<Field>` beside its place. Only what the schema says on the straight way to the place is judged; a literal there is
 * refused whatever the schema says.
 */
export function secretProblems({ schema, secrets }: AssetType): readonly RuleProblem[] {
  return secrets.flatMap((pattern, index) => {
    const tokens = parsePointer(pattern)
    const field = tokens.at(-1)
    const pointer = `/secrets/${index}`
    if (field === undefined || field === '*') {
      return [{ pointer, message: 'must end in the name of a member' }]
    }
    const parent = tokens.slice(0, -1).reduce<JsonValue | undefined>(schemaBelow, schema)
    if (!isJsonObject(parent)) return []
    const { required, additionalProperties, unevaluatedProperties, properties } = parent
    if (isJsonArray(required) && required.includes(field)) {
      return [{ pointer, message: 'is required by the schema, but never stored' }]
    }
    const isClosed = additionalProperties === false || unevaluatedProperties === false
    const known = isJsonObject(properties) && Object.hasOwn(properties, presenceFlag(field))
    return isClosed && !known ? [{ pointer, message: 'needs has<Field> beside it in the schema' }] : []
  })
}

function schemaBelow(schema: JsonValue | undefined, token: string): JsonObject | undefined {
  if (!isJsonObject(schema)) return undefined
  const { properties, items, additionalProperties } = schema
  if (token === '*') return asSchema(items) ?? asSchema(additionalProperties)
  return isJsonObject(properties) && Object.hasOwn(properties, token)
    ? asSchema(properties[token])
    : undefined
}

function asSchema(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined
}
