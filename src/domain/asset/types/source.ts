import type { AssetType } from '../asset-type.ts'
import { contentSchema, oneOf } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

/** A system that sends. Its region is fixed when it is created. */
export const source: AssetType = deepFreeze({
  name: 'source',
  promotable: false,
  notPromotableBecause:
    'A source is a system of its own in each environment. Create it in production, and bind to it.',
  writableBy: ['engineer'],
  references: [],
  bindings: [],
  secrets: [],
  immutable: ['/serviceRegion'],
  schema: contentSchema({ serviceRegion: oneOf('AWS_USA_EAST_1', 'AWS_CAN_CENTRAL', 'GCP_USA_CENTRAL_1') }, [
    'serviceRegion',
  ]),
})
