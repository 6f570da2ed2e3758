import type { AssetType } from '../asset-type.ts'
import { contentSchema, list, oneOf, secureUrl, strictObject, text } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

// Public members alone (RFC 7518): a private key, or a shared one, has no place here.
const encoded = { type: 'string', maxLength: 2000, pattern: '^[A-Za-z0-9_-]+$' }
const publicKey = strictObject(
  {
    kid: text(200),
    kty: oneOf('RSA', 'EC', 'OKP'),
    use: oneOf('sig'),
    alg: text(20),
    n: encoded,
    e: encoded,
    crv: text(20),
    x: encoded,
    y: encoded,
  },
  ['kid', 'kty'],
)

/** A client identity, known by its public keys or their address. It is an identity, so it belongs to one environment. */
export const oauthApiKey: AssetType = deepFreeze({
  name: 'oauthApiKey',
  promotable: false,
  notPromotableBecause: 'A key is an identity and belongs to one environment. Make a new one in production.',
  writableBy: ['engineer'],
  references: [],
  bindings: [],
  secrets: [],
  immutable: [],
  checks: [{ check: 'exclusive', each: '', members: ['jwksURL', 'jwkSet'], required: true }],
  schema: contentSchema(
    { jwksURL: secureUrl, jwkSet: strictObject({ keys: list(publicKey, 20, { minItems: 1 }) }, ['keys']) },
    [],
  ),
})
