import { describe, expect, it } from 'vitest'
import { literalSecrets } from '../../../src/domain/asset/secrets.ts'
import { authCredential } from '../../../src/domain/asset/types/auth-credential.ts'
import { configModifier } from '../../../src/domain/asset/types/config-modifier.ts'
import { type AssetId, identifier } from '../../../src/domain/identifiers.ts'
import { renderItem } from '../../../src/domain/plan/render.ts'
import { repeatedAssets } from '../../../src/domain/plan/repeated-assets.ts'
import { compileContentSchema } from '../asset/compile-content-schema.ts'
import ifBesideConcat from './fixtures/if-beside-concat.json' with { type: 'json' }
import linkWithoutCounterpart from './fixtures/link-without-counterpart.json' with { type: 'json' }
import literalClientSecret from './fixtures/literal-client-secret.json' with { type: 'json' }
import putWithoutSchema from './fixtures/put-without-schema.json' with { type: 'json' }
import sameAssetTwice from './fixtures/same-asset-twice.json' with { type: 'json' }

describe('what is refused', () => {
  it('is a modifier that puts without a schema', () => {
    const validate = compileContentSchema(configModifier)
    expect(validate(putWithoutSchema.content)).toBe(false)
    expect(validate.errors?.map(({ params }) => params)).toContainEqual({ missingProperty: 'schema' })
  })

  it('is a modifier schema that says both if and concat at one level', () => {
    const validate = compileContentSchema(configModifier)
    expect(validate(ifBesideConcat.content)).toBe(false)
    expect(validate.errors?.map(({ instancePath }) => instancePath)).toEqual(['/schema/concat', '/schema/if'])
  })

  it('is a credential that holds its client secret', () => {
    expect(literalSecrets(authCredential, literalClientSecret.content)).toEqual(['/clientSecret'])
    expect(compileContentSchema(authCredential)(literalClientSecret.content)).toBe(false)
  })

  it('is a link to a source with no counterpart in production, without telling the id', () => {
    const [link] = linkWithoutCounterpart.content.links
    const { notes } = renderItem({
      type: configModifier,
      content: linkWithoutCounterpart.content,
      sourceAsset: identifier('4f6a1c02-93d7-4b58-a2e1-0d9c7f3b5e66'),
      bindings: [],
      targets: new Map([
        [
          identifier<AssetId>(String(link?.destinationId)),
          identifier<AssetId>('5a7b2d13-04e8-4c69-b3f2-1ead804c6f77'),
        ],
      ]),
    })
    expect(notes).toMatchObject([{ rule: 'reference-unresolved', pointer: '/links/0/sourceId' }])
    expect(JSON.stringify(notes)).not.toContain(link?.sourceId)
  })

  it('is a request that lists one asset twice', () => {
    const assets = sameAssetTwice.promotingAssets.map(({ id }) => identifier<AssetId>(id))
    expect(repeatedAssets(assets)).toEqual(['7e0b52c4-2f6d-4a91-9c3e-11d8f6a40b33'])
    expect(repeatedAssets([...new Set(assets)])).toEqual([])
    const both = [...new Set(assets)].sort()
    expect(repeatedAssets([...both.toReversed(), ...both.toReversed(), ...both])).toEqual(both)
  })
})
