import type { AssetType } from '../asset-type.ts'
import {
  assetIdentifier,
  contentSchema,
  flag,
  list,
  localIdentifier,
  oneOf,
  orNull,
  path,
  strictObject,
  term,
} from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'
import { modifierExpression, modifierKeywordOrder, modifierLiteral } from '../modifier-expression.ts'

/** Writes (`put`) or removes (`delete`) what a selector finds in a message, on the subscriptions it is linked to. */
export const configModifier: AssetType = deepFreeze({
  name: 'configModifier',
  promotable: true,
  writableBy: ['engineer', 'support'],
  references: [
    { pointer: '/links/*/sourceId', types: ['source'], required: true },
    { pointer: '/links/*/destinationId', types: ['destination'], required: true },
  ],
  bindings: [],
  secrets: [],
  immutable: [],
  local: ['/links/*/id'],
  partnerOwned: [{ pointer: '/links/*', flag: 'partnerOwned' }],
  // One modifier changes the messages of one subscription, which is a source, a destination and a data model; to use it
  // for another, its body is copied.
  checks: [
    { check: 'agree', each: '/links/*', members: ['/sourceId', '/destinationId', '/dataModel'] },
    { check: 'distinct', each: '/links/*', members: ['/id'] },
  ],
  keywordOrder: modifierKeywordOrder,
  schema: contentSchema(
    {
      flavor: oneOf('put', 'delete'),
      selector: path,
      schema: { $ref: '#/$defs/expression' },
      links: list(
        strictObject(
          {
            id: localIdentifier,
            location: oneOf(
              'source-request',
              'source-response',
              'destination-request',
              'destination-response',
            ),
            sourceId: assetIdentifier,
            destinationId: assetIdentifier,
            dataModel: term,
            eventTypes: orNull(list(term, 200, { minItems: 1, uniqueItems: true })),
            ownedBy: oneOf('source', 'destination'),
            partnerOwned: flag,
          },
          ['location', 'sourceId', 'destinationId', 'dataModel', 'eventTypes', 'ownedBy'],
        ),
        50,
      ),
    },
    ['flavor', 'selector'],
    {
      if: { properties: { flavor: { const: 'put' } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: { schema: true }, required: ['schema'] },
      else: { properties: { schema: false } },
      $defs: { expression: modifierExpression, literal: modifierLiteral },
    },
  ),
})
