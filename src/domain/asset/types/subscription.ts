import type { AssetType } from '../asset-type.ts'
import { assetIdentifier, contentSchema, oneOf, strictObject, term } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const end = strictObject(
  { id: assetIdentifier, environmentFlag: oneOf('Production', 'Staging', 'Development') },
  ['id'],
)

/** Joins a source to a destination for one data model. Both ends stand in environments of one kind. */
export const subscription: AssetType = deepFreeze({
  name: 'subscription',
  promotable: true,
  writableBy: ['engineer'],
  references: [
    { pointer: '/source/id', types: ['source'], required: true },
    { pointer: '/destination/id', types: ['destination'], required: true },
  ],
  bindings: [],
  secrets: [],
  immutable: [],
  checks: [{ check: 'equal', pointers: ['/source/environmentFlag', '/destination/environmentFlag'] }],
  local: ['/source/environmentFlag', '/destination/environmentFlag'],
  schema: contentSchema({ source: end, destination: end, dataModel: term }, [
    'source',
    'destination',
    'dataModel',
  ]),
})
