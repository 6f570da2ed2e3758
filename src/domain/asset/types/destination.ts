import type { AssetType } from '../asset-type.ts'
import {
  assetIdentifier,
  contentSchema,
  flag,
  localIdentifier,
  oneOf,
  orNull,
  secureUrl,
  settings,
  strictObject,
  text,
} from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const cloudProviderSettings = {
  typeId: localIdentifier,
  productId: localIdentifier,
  settings,
}

/** How far somebody has come in setting it up, and what they have entered until then. */
const setupState = strictObject(
  {
    step: text(100),
    destination: strictObject(
      {
        id: assetIdentifier,
        name: text(200),
        endpoint: secureUrl,
        authCredential: orNull(assetIdentifier),
        cloudProviderSettings: orNull(strictObject(cloudProviderSettings, [])),
        environment: strictObject(
          { id: assetIdentifier, environmentFlag: oneOf('Production', 'Staging', 'Development') },
          [],
        ),
      },
      [],
    ),
  },
  [],
)

/** A system that receives: its endpoint, and the credential to call it with. */
export const destination: AssetType = deepFreeze({
  name: 'destination',
  promotable: false,
  notPromotableBecause:
    'A destination has an endpoint and a credential of its own in each environment. Create it in production, and bind to it.',
  writableBy: ['engineer'],
  references: [
    { pointer: '/authCredential', types: ['authCredential'], required: false },
    { pointer: '/setupState/destination/authCredential', types: ['authCredential'], required: false },
  ],
  bindings: [],
  secrets: ['/verificationToken'],
  immutable: [],
  schema: contentSchema(
    {
      endpoint: secureUrl,
      authCredential: orNull(assetIdentifier),
      hasVerificationToken: flag,
      cloudProviderSettings: orNull(strictObject(cloudProviderSettings, ['typeId', 'productId'])),
      setupState: orNull(setupState),
    },
    ['endpoint'],
  ),
})
