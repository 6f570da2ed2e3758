import type { AssetType } from '../asset-type.ts'
import { assetIdentifier, contentSchema, list, localIdentifier, strictObject } from '../content-schema.ts'
import { deepFreeze } from '../deep-freeze.ts'

const end = strictObject({ id: assetIdentifier }, ['id'])

/** Maps the values of one value set to those of another, one or many to one. */
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
