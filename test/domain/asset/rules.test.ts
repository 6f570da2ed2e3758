import { describe, expect, it } from 'vitest'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { changedImmutables } from '../../../src/domain/asset/immutable.ts'
import { referencesOf } from '../../../src/domain/asset/references.ts'
import { literalSecrets } from '../../../src/domain/asset/secrets.ts'
import { authCredential } from '../../../src/domain/asset/types/auth-credential.ts'
import { destination } from '../../../src/domain/asset/types/destination.ts'
import { filter } from '../../../src/domain/asset/types/filter.ts'
import { source } from '../../../src/domain/asset/types/source.ts'

describe('references', () => {
  it('are found where the type says, with the rule that says so', () => {
    const content = { links: [{ source: { id: 's' }, destination: { id: 'd' } }] }
    expect(referencesOf(filter, content)).toEqual([
      { pointer: '/links/0/source/id', asset: 's', rule: filter.references[0] },
      { pointer: '/links/0/destination/id', asset: 'd', rule: filter.references[1] },
    ])
  })

  it('are none where an optional one is null or absent', () => {
    expect(referencesOf(destination, { authCredential: null })).toEqual([])
    expect(referencesOf(destination, {})).toEqual([])
  })
})

describe('secret fields', () => {
  it('are reported wherever they hold a literal, even an empty one', () => {
    expect(literalSecrets(authCredential, { clientSecret: 'x' })).toEqual(['/clientSecret'])
    expect(literalSecrets(authCredential, { clientSecret: '' })).toEqual(['/clientSecret'])
  })

  it('may be declared without being told', () => {
    expect(literalSecrets(authCredential, { hasClientSecret: true, clientSecret: null })).toEqual([])
  })
})

describe('immutable fields', () => {
  const region = (serviceRegion: string) => ({ serviceRegion })

  it('are reported when they change, come or go', () => {
    expect(changedImmutables(source, region('AWS_USA_EAST_1'), region('AWS_CAN_CENTRAL'))).toEqual([
      '/serviceRegion',
    ])
    expect(changedImmutables(source, {}, region('AWS_CAN_CENTRAL'))).toEqual(['/serviceRegion'])
    expect(changedImmutables(source, region('AWS_CAN_CENTRAL'), {})).toEqual(['/serviceRegion'])
  })

  it('are compared as JSON, whatever the order of members', () => {
    const type: AssetType = { ...source, immutable: ['/parts/*'] }
    const before = { parts: [{ a: 1, b: [2] }], note: 'x' }
    expect(changedImmutables(type, before, { parts: [{ b: [2], a: 1 }], note: 'y' })).toEqual([])
    expect(changedImmutables(type, before, { parts: [{ b: [3], a: 1 }] })).toEqual(['/parts/0'])
  })
})
