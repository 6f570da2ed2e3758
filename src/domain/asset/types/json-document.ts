import type { AssetType } from '../asset-type.ts'
import { dialect } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

/** Any JSON object, for configuration that no other type describes. It is compared, reviewed and signed as a whole. */
export const jsonDocument: AssetType = deepFreeze({
  name: 'jsonDocument',
  promotable: true,
  writableBy: ['engineer'],
  references: [],
  bindings: [],
  secrets: [],
  immutable: [],
  schema: { $schema: dialect, type: 'object' },
})
