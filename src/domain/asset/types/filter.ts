import type { AssetType } from '../asset-type.ts'
import {
  assetIdentifier,
  contentSchema,
  flag,
  list,
  localIdentifier,
  oneOf,
  path,
  strictObject,
  term,
  text,
} from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const end = strictObject({ id: assetIdentifier }, ['id'])

/** Lets through, or blocks, the messages of the one subscription it is linked to; every rule must match. */
export const filter: AssetType = deepFreeze({
  name: 'filter',
  promotable: true,
  writableBy: ['engineer', 'support'],
  references: [
    { pointer: '/links/*/source/id', types: ['source'], required: true },
    { pointer: '/links/*/destination/id', types: ['destination'], required: true },
  ],
  bindings: [],
  secrets: [],
  immutable: [],
  local: ['/links/*/id'],
  partnerOwned: [{ pointer: '/links/*', flag: 'partnerOwned' }],
  // A subscription, which is a source, a destination and a data model, has one filter.
  unique: [{ each: '/links/*', members: ['/source/id', '/destination/id', '/dataModel'] }],
  schema: contentSchema(
    {
      action: oneOf('send', 'block-all'),
      rules: list(
        strictObject(
          {
            path,
            values: list(text(500), 1000, { minItems: 1, uniqueItems: true }),
            allowList: { ...flag, default: true },
          },
          ['path', 'values'],
        ),
        200,
      ),
      links: list(
        strictObject(
          { id: localIdentifier, source: end, destination: end, dataModel: term, partnerOwned: flag },
          ['source', 'destination', 'dataModel'],
        ),
        1,
      ),
    },
    ['action', 'rules'],
  ),
})
