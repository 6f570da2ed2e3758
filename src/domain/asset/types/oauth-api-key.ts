import type { AssetType } from '../asset-type.ts'
import { contentSchema, secureUrl } from '../content-schema.ts'
import { deepFreeze } from '../deep-freeze.ts'

/** A client identity, known by the address of its public keys. It is an identity, so it belongs to one environment. */
export const oauthApiKey: AssetType = deepFreeze({
  name: 'oauthApiKey',
  promotable: false,
  writableBy: ['engineer'],
  references: [],
  bindings: [],
  secrets: [],
  immutable: [],
  schema: contentSchema({ jwksUrl: secureUrl }, ['jwksUrl']),
})
