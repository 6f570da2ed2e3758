import { describe, expect, it } from 'vitest'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { changedImmutables } from '../../../src/domain/asset/immutable.ts'
import { referencesOf } from '../../../src/domain/asset/references/references.ts'
import { literalSecrets, presenceFlag, secretPlace, splitSecrets } from '../../../src/domain/asset/secrets.ts'
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

describe('secrets', () => {
  const nested: AssetType = {
    ...authCredential,
    secrets: ['/token', '/accounts/*/password', '/odd/a~1b', '/list/*'],
  }

  it('are split off, and leave behind that they are there', () => {
    expect(splitSecrets(authCredential, { clientId: 'a', clientSecret: 'x' })).toEqual({
      content: { clientId: 'a', hasClientSecret: true },
      secrets: [{ pointer: '/clientSecret', value: 'x' }],
    })
    const content = {
      token: '',
      hasToken: false,
      accounts: [{ password: 'one' }, { password: null }, { name: 'none' }],
      odd: { 'a/b': 'two' },
      list: ['three', 'four'],
    }
    expect(splitSecrets(nested, content)).toEqual({
      content: {
        hasToken: true,
        accounts: [{ hasPassword: true }, {}, { name: 'none' }],
        odd: { 'hasA/b': true },
        list: [],
      },
      secrets: [
        { pointer: '/token', value: '' },
        { pointer: '/accounts/0/password', value: 'one' },
        { pointer: '/odd/a~1b', value: 'two' },
        { pointer: '/list/0', value: 'three' },
        { pointer: '/list/1', value: 'four' },
      ],
    })
  })

  it('leave nothing in content, whatever it is', () => {
    for (const content of [
      null,
      'text',
      [],
      { clientSecret: { deep: ['x'] } },
      { __proto__: { clientSecret: 'x' } },
    ]) {
      expect(literalSecrets(authCredential, splitSecrets(authCredential, content as never).content)).toEqual(
        [],
      )
    }
  })

  it('are known by the name of their field or by their whole pointer', () => {
    expect(secretPlace(authCredential, 'clientSecret')).toBe('/clientSecret')
    expect(secretPlace(authCredential, '/clientSecret')).toBe('/clientSecret')
    expect(secretPlace(authCredential, 'clientId')).toBeUndefined()
    expect(secretPlace(nested, '/accounts/3/password')).toBe('/accounts/3/password')
    for (const field of [
      'password',
      '/accounts/3',
      '/accounts/3/password/x',
      '/accounts/3/name',
      '',
      '/',
      '/~2',
    ]) {
      expect([field, secretPlace(nested, field)]).toEqual([field, undefined])
    }
    const twice: AssetType = { ...authCredential, secrets: ['/in/password', '/out/password'] }
    expect(secretPlace(twice, 'password')).toBeUndefined()
    expect(presenceFlag('clientSecret')).toBe('hasClientSecret')
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
