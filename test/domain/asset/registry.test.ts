import { describe, expect, it } from 'vitest'
import { parsePointer } from '../../../src/domain/asset/pointer.ts'
import { builtInAssetTypes, findAssetType } from '../../../src/domain/asset/registry.ts'
import { compileContentSchema } from './compile-content-schema.ts'

describe('the registry of built-in asset types', () => {
  it('knows each type by a name of its own, and no other name', () => {
    for (const type of builtInAssetTypes) expect(findAssetType(type.name)).toBe(type)
    expect(new Set(builtInAssetTypes.map(({ name }) => name)).size).toBe(builtInAssetTypes.length)
    expect(findAssetType('toString')).toBeUndefined()
  })

  it('lets seven types be promoted and keeps sources, destinations and identities local', () => {
    const names = (promotable: boolean) =>
      builtInAssetTypes.filter((type) => type.promotable === promotable).map(({ name }) => name)
    expect(names(true)).toEqual([
      'configModifier',
      'filter',
      'translationSet',
      'valueSet',
      'alertRule',
      'subscription',
      'webhookSubscription',
    ])
    expect(names(false)).toEqual(['source', 'destination', 'authCredential', 'oauthApiKey'])
  })

  it('lets support write data operations and alert rules, and engineers everything', () => {
    const bySupport = builtInAssetTypes.filter(({ writableBy }) => writableBy.includes('support'))
    expect(bySupport.map(({ name }) => name)).toEqual([
      'configModifier',
      'filter',
      'translationSet',
      'valueSet',
      'alertRule',
    ])
    expect(builtInAssetTypes.every(({ writableBy }) => writableBy.includes('engineer'))).toBe(true)
  })

  describe.each(builtInAssetTypes)('$name', (type) => {
    it('has a schema that compiles under the strict mode of JSON Schema 2020-12', () => {
      expect(compileContentSchema(type)).toBeTypeOf('function')
    })

    it('refuses members that it does not know', () => {
      const validate = compileContentSchema(type)
      validate({ surprise: true })
      expect(validate.errors?.map(({ keyword }) => keyword)).toContain('additionalProperties')
    })

    it('points with well-formed patterns, at types that exist', () => {
      const patterns = [
        ...type.references.map(({ pointer }) => pointer),
        ...type.bindings,
        ...type.secrets,
        ...type.immutable,
        ...(type.local ?? []),
      ]
      for (const pattern of patterns) expect(parsePointer(pattern).length).toBeGreaterThan(0)
      const named = type.references.flatMap(({ types }) => types)
      expect(named.filter((name) => findAssetType(name) === undefined)).toEqual([])
    })

    it('is frozen to the bottom', () => {
      const thawed = (value: unknown): boolean =>
        typeof value === 'object' &&
        value !== null &&
        (!Object.isFrozen(value) || Object.values(value).some(thawed))
      expect(thawed(type)).toBe(false)
    })
  })
})
