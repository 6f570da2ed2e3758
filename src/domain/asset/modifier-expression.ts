import type { JsonObject } from '../json.ts'
import { flag, list, path, strictObject, text } from './content-schema.ts'

const expression: JsonObject = { $ref: '#/$defs/expression' }
const literal: JsonObject = { $ref: '#/$defs/literal' }
const expressions = list(expression, 200, { minItems: 1 })

/** Keywords that execute at the same step, so that of several at one level only one would run. */
const exclusive: JsonObject = {
  properties: {
    type: 'object',
    additionalProperties: expression,
    propertyNames: { maxLength: 200 },
    maxProperties: 500,
  },
  if: strictObject(
    // biome-ignore lint/suspicious/noThenProperty: a keyword of the config modifier's schema
    { operator: text(100), terms: expressions, then: expression, else: expression },
    ['operator', 'terms', 'then'],
  ),
  concat: expressions,
  switch: literal,
  pipe: expressions,
  merge: expressions,
  prefer: expressions,
  items: literal,
}

/**
 * One level of a config modifier's schema: known keywords only, and at most one of the exclusive ones. It expects
 * itself at `#/$defs/expression` and `modifierLiteral` at `#/$defs/literal`. The inside of `switch`, `items` and
 * `references` is bounded but not judged.
 */
export const modifierExpression: JsonObject = strictObject(
  {
    comment: text(2000),
    omit: flag,
    constant: literal,
    references: literal,
    use: text(200),
    get: path,
    ...exclusive,
    default: literal,
    plugin: strictObject({ name: text(100), action: text(100), parameters: literal }, ['name']),
  },
  [],
  {
    minProperties: 1,
    dependentSchemas: Object.fromEntries(
      Object.keys(exclusive).map((keyword) => [keyword, { properties: forbiddenBeside(keyword) }]),
    ),
  },
)

/** The steps in which sibling keywords run; `comment` may stand anywhere and does nothing. */
export const modifierKeywordOrder: readonly (readonly string[])[] = [
  ['omit'],
  ['constant'],
  ['references'],
  ['use'],
  ['get'],
  Object.keys(exclusive),
  ['default'],
  ['plugin'],
]

/** Any JSON value of bounded size. */
export const modifierLiteral: JsonObject = {
  anyOf: [
    { type: 'null' },
    { type: 'boolean' },
    { type: 'number' },
    { type: 'string', maxLength: 10_000 },
    list(literal, 1000),
    {
      type: 'object',
      additionalProperties: literal,
      propertyNames: { maxLength: 200 },
      maxProperties: 500,
    },
  ],
}

function forbiddenBeside(keyword: string): JsonObject {
  return Object.fromEntries(
    Object.keys(exclusive)
      .filter((other) => other !== keyword)
      .map((other) => [other, false]),
  )
}
