import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { builtInAssetTypes } from '../../../src/domain/asset/registry.ts'
import { comparable } from '../../../src/domain/asset/structure/comparable.ts'
import type { JsonValue } from '../../../src/domain/json.ts'

function fingerprint(type: (typeof builtInAssetTypes)[number]): string {
  const text = comparable(JSON.parse(JSON.stringify(type)) as JsonValue)
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

// Stored versions are held against their type for as long as they are kept: who changes one does it here as well.
test('the built-in types are these, to the last keyword', () => {
  const found = Object.fromEntries(builtInAssetTypes.map((type) => [type.name, fingerprint(type)]))
  expect(found).toEqual({
    alertRule: 'acbeeed6e08e0dac',
    authCredential: '42b5e766249059de',
    automation: 'c131d0c6724acbef',
    configModifier: '21956bbd55fce718',
    destination: 'c2a36b5aa4f2a56d',
    filter: '90016f38e3e660bd',
    formTemplate: '52b939796ee318d5',
    jsonDocument: '1fed3a43060d03a6',
    oauthApiKey: 'fb2882a25434d475',
    permissionSet: '95ad03c0db885669',
    source: 'f89839ec85395508',
    subscription: '0f09b43b490d5c22',
    translationSet: '499913c8c2e96716',
    valueSet: 'b5b4bd4d2726ea20',
    webhookSubscription: '7d56ce91c5ef8d65',
  })
})
