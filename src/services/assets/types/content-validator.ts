import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type AssetType, contentFormats } from '../../../domain/asset/asset-type.ts'
import { builtInAssetTypes } from '../../../domain/asset/registry.ts'
import { linearPattern } from './linear-pattern.ts'
import { withinTime } from './within-time.ts'

/** What a schema says of content, as the compiler makes it. */
export type ContentValidator = ValidateFunction

function compile({ schema }: Pick<AssetType, 'schema'>, formats: 'full' | 'fast'): ContentValidator {
  const ajv = new Ajv2020({ allErrors: false, strict: true, code: { regExp: linearPattern } })
  addFormats.default(ajv, { mode: formats, formats: [...contentFormats] })
  return ajv.compile(schema)
}

const builtIn: ReadonlyMap<AssetType, ContentValidator> = new Map(
  builtInAssetTypes.map((type) => [type, compile(type, 'full')]),
)

/**
 * Compiles the schema of an organization's own type: strict, with linear-time patterns and the formats whose expressions
 * are linear too. The validator is bounded in time by itself.
 *
 * @throws Error where the schema is none, holds what the strict mode refuses, or takes too long.
 */
export function compileOwn(type: Pick<AssetType, 'schema'>): ContentValidator {
  return withinTime(() => compile(type, 'fast'))
}

/** The validator of a type: built-in ones are compiled once and for all, an organization's own when it is needed. */
export function validatorOf(type: AssetType): ContentValidator {
  return builtIn.get(type) ?? compileOwn(type)
}
