import type { AssetType } from '../asset-type.ts'
import { contentSchema, flag, list, localIdentifier, oneOf, strictObject, text } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const condition = strictObject({ fieldId: localIdentifier, equals: text(500) }, ['fieldId', 'equals'])
const field = strictObject(
  {
    id: localIdentifier,
    label: text(500),
    kind: oneOf('text', 'long-text', 'number', 'date', 'choice', 'several-choices', 'signature', 'heading'),
    required: flag,
    options: list(text(500), 500, { minItems: 1, uniqueItems: true }),
    showWhen: condition,
  },
  ['id', 'label', 'kind'],
  {
    // Whoever is to choose has something to choose from, and nobody else has.
    if: { properties: { kind: { enum: ['choice', 'several-choices'] } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { options: true }, required: ['options'] },
    else: { properties: { options: false } },
  },
)

/** A form that people fill in. Ids of its fields are part of the content: a field may show by what another one holds. */
export const formTemplate: AssetType = deepFreeze({
  name: 'formTemplate',
  promotable: true,
  writableBy: ['engineer'],
  references: [],
  bindings: [],
  secrets: [],
  immutable: [],
  checks: [
    { check: 'distinct', each: '/fields/*', members: ['/id'] },
    { check: 'contained', each: '/fields/*/showWhen/fieldId', in: '/fields/*/id' },
  ],
  schema: contentSchema(
    { title: text(200), instructions: text(5000), fields: list(field, 500, { minItems: 1 }) },
    ['title', 'fields'],
  ),
})
