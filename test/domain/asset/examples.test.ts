import { describe, expect, it } from 'vitest'
import { referencesOf } from '../../../src/domain/asset/references/references.ts'
import { builtInAssetTypes } from '../../../src/domain/asset/registry.ts'
import { literalSecrets } from '../../../src/domain/asset/secrets.ts'
import { compileContentSchema } from './compile-content-schema.ts'
import { readExamples } from './read-examples.ts'

describe.each(['staging', 'production'] as const)('the example assets of %s', (folder) => {
  const examples = readExamples(folder)

  it.each(examples)('$file has the shape of its type and no secret', ({ type, content }) => {
    const validate = compileContentSchema(type)
    validate(content)
    expect(validate.errors).toBeNull()
    expect(literalSecrets(type, content)).toEqual([])
  })

  it('refer to each other by types that may stand there', () => {
    const types = new Map(examples.map(({ id, type }) => [id, type.name]))
    const references = examples.flatMap(({ type, content }) => referencesOf(type, content))
    expect(references.length).toBeGreaterThan(0)
    for (const { asset, rule } of references) expect(rule.types).toContain(types.get(asset))
  })
})

describe('the example assets', () => {
  it('cover every type that ships', () => {
    const types = new Set(readExamples('staging').map(({ type }) => type))
    expect(types).toEqual(new Set(builtInAssetTypes))
  })

  it('give production only what is local to it', () => {
    expect(readExamples('production').filter(({ type }) => type.promotable)).toEqual([])
  })
})
