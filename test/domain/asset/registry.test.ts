import { describe, expect, it } from 'vitest'
import { definitionProblems } from '../../../src/domain/asset/definition/definition-problems.ts'
import { patternsOf } from '../../../src/domain/asset/definition/schema-problems.ts'
import { builtInAssetTypes, findAssetType, isBuiltIn } from '../../../src/domain/asset/registry.ts'
import { compileOwn } from '../../../src/services/assets/types/content-validator.ts'
import { isLinear } from '../../../src/services/assets/types/linear-pattern.ts'
import { compileContentSchema } from './compile-content-schema.ts'

describe('the registry of built-in asset types', () => {
  it('knows each type by a name of its own, and no other name', () => {
    for (const type of builtInAssetTypes) expect(findAssetType(type.name)).toBe(type)
    expect(new Set(builtInAssetTypes.map(({ name }) => name)).size).toBe(builtInAssetTypes.length)
    expect(findAssetType('toString')).toBeUndefined()
  })

  it('takes a type for built in by what it is, not by what it is called', () => {
    for (const type of builtInAssetTypes) {
      expect(isBuiltIn(type)).toBe(true)
      expect(isBuiltIn({ ...type })).toBe(false)
    }
  })

  it('lets eleven types be promoted and keeps sources, destinations and identities local', () => {
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
      'formTemplate',
      'automation',
      'permissionSet',
      'jsonDocument',
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

  it.each(builtInAssetTypes.filter(({ name }) => name !== 'jsonDocument'))(
    '$name refuses members that it does not know',
    (type) => {
      const validate = compileContentSchema(type)
      validate({ surprise: true })
      expect(validate.errors?.map(({ keyword }) => keyword)).toContain('additionalProperties')
    },
  )

  it('gives a reason for each type that is not promotable, and for no other', () => {
    for (const { promotable, notPromotableBecause } of builtInAssetTypes) {
      expect(notPromotableBecause === undefined).toBe(promotable)
    }
  })

  describe.each(builtInAssetTypes)('$name', (type) => {
    it('has a schema that compiles under the strict mode of JSON Schema 2020-12', () => {
      expect(compileContentSchema(type)).toBeTypeOf('function')
    })

    it('is a definition that an organization could have made', () => {
      const known = new Set(builtInAssetTypes.map(({ name }) => name))
      expect(definitionProblems(type, known)).toEqual([])
      expect(patternsOf(type.schema).filter(({ pattern }) => !isLinear(pattern))).toEqual([])
      expect(() => compileOwn(type)).not.toThrow()
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
