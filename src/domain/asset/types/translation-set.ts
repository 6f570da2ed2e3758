import type { AssetType } from '../asset-type.ts'
import {
  assetIdentifier,
  contentSchema,
  list,
  localIdentifier,
  strictObject,
  text,
} from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const end = strictObject(
  {
    id: assetIdentifier,
    name: text(200),
    values: list(strictObject({ id: localIdentifier, value: text(500) }, ['id', 'value']), 10_000),
  },
  ['id'],
)

/**
 * Maps the values of one value set to those of another, one or many to one. Values of the two sets may stand beside
 * their ids; where they do, the mappings point at them.
 */
export const translationSet: AssetType = deepFreeze({
  name: 'translationSet',
  promotable: true,
  writableBy: ['engineer', 'support'],
  references: [
    { pointer: '/fromValueSet/id', types: ['valueSet'], required: true },
    { pointer: '/toValueSet/id', types: ['valueSet'], required: true },
  ],
  bindings: [],
  secrets: [],
  immutable: [],
  // Several values may become one, but one value does not become several.
  checks: [
    { check: 'distinct', each: '/translations/*', members: ['/fromValueId'] },
    { check: 'contained', each: '/translations/*/fromValueId', in: '/fromValueSet/values/*/id' },
    { check: 'contained', each: '/translations/*/toValueId', in: '/toValueSet/values/*/id' },
    { check: 'distinct', each: '/fromValueSet/values/*', members: ['/id'] },
    { check: 'distinct', each: '/toValueSet/values/*', members: ['/id'] },
  ],
  schema: contentSchema(
    {
      fromValueSet: end,
      toValueSet: end,
      translations: list(
        strictObject({ fromValueId: localIdentifier, toValueId: localIdentifier }, [
          'fromValueId',
          'toValueId',
        ]),
        10_000,
      ),
    },
    ['fromValueSet', 'toValueSet', 'translations'],
  ),
})
