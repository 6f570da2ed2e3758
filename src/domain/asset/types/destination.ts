import type { AssetType } from '../asset-type.ts'
import {
  assetIdentifier,
  contentSchema,
  flag,
  localIdentifier,
  orNull,
  secureUrl,
  strictObject,
} from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const setting = {
  anyOf: [{ type: 'boolean' }, { type: 'number' }, { type: 'string', maxLength: 1000 }],
}

/** A system that receives: its endpoint, and the credential to call it with. */
export const destination: AssetType = deepFreeze({
  name: 'destination',
  promotable: false,
  notPromotableBecause:
    'A destination has an endpoint and a credential of its own in each environment. Create it in production, and bind to it.',
  writableBy: ['engineer'],
  references: [{ pointer: '/authCredential', types: ['authCredential'], required: false }],
  bindings: [],
  secrets: ['/verificationToken'],
  immutable: [],
  schema: contentSchema(
    {
      endpoint: secureUrl,
      authCredential: orNull(assetIdentifier),
      hasVerificationToken: flag,
      cloudProviderSettings: orNull(
        strictObject(
          {
            typeId: localIdentifier,
            productId: localIdentifier,
            settings: {
              type: 'object',
              additionalProperties: setting,
              propertyNames: { maxLength: 100 },
              maxProperties: 50,
            },
          },
          ['typeId', 'productId'],
        ),
      ),
    },
    ['endpoint'],
  ),
})
