import type { AssetType } from '../asset-type.ts'
import { contentSchema, flag, list, localIdentifier, secureUrl, settings, text } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const scopes = { anyOf: [text(2000), list(text(500), 50, { minItems: 1, uniqueItems: true })] }

/**
 * How to authenticate to a destination: with the members of its strategy, of which those that prove who calls are never
 * content.
 */
export const authCredential: AssetType = deepFreeze({
  name: 'authCredential',
  promotable: false,
  notPromotableBecause:
    'A credential is never copied. Create one in production, with a secret made for it there.',
  writableBy: ['engineer'],
  references: [],
  bindings: [],
  // An access key's id goes with its secret: screening takes it for one wherever it stands.
  secrets: ['/clientSecret', '/accessKey', '/secretKey', '/sessionToken'],
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
      // AwsSigv4
      hasAccessKey: flag,
      hasSecretKey: flag,
      hasSessionToken: flag,
      serviceName: text(100),
      awsRegion: localIdentifier,
      // GoogleWIF
      delegates: list(text(300), 20, { minItems: 1, uniqueItems: true }),
      lifetime: { anyOf: [{ type: 'integer', minimum: 1 }, text(20)] },
      options: settings,
      scope: scopes,
      service_account_impersonation_url: secureUrl,
      sts_scope: scopes,
      token_url: secureUrl,
    },
    ['authStrategy'],
  ),
})
