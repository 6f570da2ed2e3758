import type { AssetType } from '../asset-type.ts'
import { contentSchema, flag, localIdentifier, secureUrl, text } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

/** How to authenticate to a destination. The client secret is never content. */
export const authCredential: AssetType = deepFreeze({
  name: 'authCredential',
  promotable: false,
  notPromotableBecause:
    'A credential is never copied. Create one in production, with a secret made for it there.',
  writableBy: ['engineer'],
  references: [],
  bindings: [],
  secrets: ['/clientSecret'],
  immutable: [],
  schema: contentSchema(
    {
      authStrategy: localIdentifier,
      grantType: localIdentifier,
      url: secureUrl,
      clientId: text(300),
      hasClientSecret: flag,
      audience: text(2048),
      scopes: text(2000),
    },
    ['authStrategy'],
  ),
})
