import { describe, expect, test } from 'vitest'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import {
  disclaimedSecrets,
  literalSecrets,
  missingSecrets,
  presenceFlag,
  secretPlace,
  splitSecrets,
} from '../../../src/domain/asset/secrets.ts'
import type { JsonValue } from '../../../src/domain/json.ts'

const type = {
  secrets: ['/password', '/keys/*/secret', '/deep/er/token', '/other/token'],
} as unknown as AssetType

describe('the secrets of an asset', () => {
  test('are told by a member beside their place', () => {
    expect(presenceFlag('clientSecret')).toBe('hasClientSecret')
    expect(presenceFlag('x')).toBe('hasX')
    expect(presenceFlag('')).toBe('has')
  })

  test('never stand in content, the empty text included', () => {
    const content = {
      password: '',
      keys: [{ secret: 'a' }, { secret: null }, {}],
      deep: { er: { token: { a: 1 } } },
    }
    expect(literalSecrets(type, content)).toEqual(['/password', '/keys/0/secret', '/deep/er/token'])
    expect(literalSecrets(type, {})).toEqual([])
  })

  test('are split off, and content says where there is one', () => {
    const content = {
      password: 'p',
      keys: [{ secret: 'a', id: 1 }, { secret: null, hasSecret: true }, { id: 3 }],
    }
    expect(splitSecrets(type, content)).toEqual({
      content: { hasPassword: true, keys: [{ id: 1, hasSecret: true }, { hasSecret: true }, { id: 3 }] },
      secrets: [
        { pointer: '/password', value: 'p' },
        { pointer: '/keys/0/secret', value: 'a' },
      ],
    })
    expect(splitSecrets(type, { password: null })).toEqual({ content: {}, secrets: [] })
  })

  test('that are elements leave no flag, and move none that is still to be taken', () => {
    const list = { secrets: ['/list/*'] } as unknown as AssetType
    expect(splitSecrets(list, { list: ['a', null, 'c'] })).toEqual({
      content: { list: [] },
      secrets: [
        { pointer: '/list/0', value: 'a' },
        { pointer: '/list/2', value: 'c' },
      ],
    })
  })

  test('are disclaimed where content says that there is none', () => {
    const content = {
      hasPassword: false,
      keys: [{ hasSecret: false }, { hasSecret: true }, 'x', { hasSecret: 0 }],
      deep: { er: 7 },
    }
    expect(disclaimedSecrets(type, content)).toEqual(['/password', '/keys/0/secret'])
    expect(disclaimedSecrets({ secrets: ['/a~1b'] } as unknown as AssetType, { 'hasA/b': false })).toEqual([
      '/a~1b',
    ])
  })

  test('are missing where content says there is one and none was supplied', () => {
    const content = {
      hasPassword: true,
      keys: [{ hasSecret: true }, { hasSecret: true }, { hasSecret: false }],
      deep: { er: { hasToken: 'true' } },
    }
    expect(missingSecrets(type, content, new Set(['/keys/1/secret']))).toEqual([
      '/password',
      '/keys/0/secret',
    ])
    expect(missingSecrets(type, { keys: [] }, new Set())).toEqual([])
  })
})

describe('the place of a secret', () => {
  test.each<[string, string | undefined]>([
    ['password', '/password'],
    ['/password', '/password'],
    ['/keys/7/secret', '/keys/7/secret'],
    ['/keys/*/secret', '/keys/*/secret'],
    ['/deep/er/token', '/deep/er/token'],
    ['secret', undefined],
    ['token', undefined],
    ['nothing', undefined],
    ['', undefined],
    ['/nothing', undefined],
    ['/keys/7', undefined],
    ['/keys/7/secret/more', undefined],
    ['/keys/7/other', undefined],
    ['/pass~2word', undefined],
    ['/password~', undefined],
  ])('that somebody calls %j is %s', (name, place) => {
    expect(secretPlace(type, name)).toBe(place)
  })
})

test('whatever is split off is found by its place again', () => {
  const content: JsonValue = { password: 'p', keys: [{ secret: 'a' }] }
  for (const { pointer } of splitSecrets(type, content).secrets)
    expect(secretPlace(type, pointer)).toBe(pointer)
})
