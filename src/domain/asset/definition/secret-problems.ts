import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts'
import type { AssetType } from '../asset-type.ts'
import { isJsonArray } from '../json/json-array.ts'
import { isPosition, parsePointer } from '../json/pointer.ts'
import { presenceFlag } from '../secrets.ts'
import type { RuleProblem } from '../structure/rule-problem.ts'

/**
 * Secret places that cannot be kept: those that the schema contradicts, those that may be positions of a list, and those
 * that a promotion would write to.
 */
export function secretProblems(type: AssetType): readonly RuleProblem[] {
  return [...contradictedPlaces(type), ...movingPlaces(type), ...landingProblems(type)]
}

/** A value is sealed for its place, and another element has that place once a list is in another order. */
function movingPlaces({ schema, secrets }: AssetType): readonly RuleProblem[] {
  const message =
    'must stand at a fixed place, as positions in a list change: name its members, or let the schema say ' +
    '"type": "object" on the straight way to where * or a number stands'
  return secrets.flatMap((pattern, index) => {
    const tokens = parsePointer(pattern)
    const isMoving = tokens.some(
      (token, at) =>
        (token === '*' || isPosition(token)) &&
        tokens.slice(0, at).reduce<JsonObject | undefined>(schemaOfEach, schema)?.type !== 'object',
    )
    return isMoving ? [{ pointer: `/secrets/${index}`, message }] : []
  })
}

function landingProblems({ landsAs = [], secrets }: AssetType): readonly RuleProblem[] {
  const message = 'leads into a secret place, above it or below it, where a promotion writes nothing'
  return landsAs.flatMap(({ pointer }, index) =>
    secrets.some((secret) => meet(parsePointer(pointer), parsePointer(secret)))
      ? [{ pointer: `/landsAs/${index}/pointer`, message }]
      : [],
  )
}

/** Whether a place of one pattern may be, hold or stand within a place of the other. */
function meet(one: readonly string[], other: readonly string[]): boolean {
  const common = Math.min(one.length, other.length)
  return one.slice(0, common).every((token, at) => token === '*' || other[at] === '*' || token === other[at])
}

/**
 * A schema describes content as it is stored: without the secret, and with `has<Field>` beside its place. Only what it
 * says on the straight way to the place is judged; a literal there is refused whatever the schema says.
 */
function contradictedPlaces({ schema, secrets }: AssetType): readonly RuleProblem[] {
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

/** What a schema surely says of whatever stands at `token`; undefined where members have schemas of their own. */
function schemaOfEach(schema: JsonObject | undefined, token: string): JsonObject | undefined {
  if (schema === undefined || token !== '*') return schemaBelow(schema, token)
  const { properties, patternProperties, additionalProperties } = schema
  return properties === undefined && patternProperties === undefined
    ? asSchema(additionalProperties)
    : undefined
}

function asSchema(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined
}
