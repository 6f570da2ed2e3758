import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type AssetType, contentFormats } from '../../../domain/asset/asset-type.ts'
import { builtInAssetTypes } from '../../../domain/asset/registry.ts'
import type { RuleProblem } from '../../../domain/asset/structure/rule-problem.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { linearPattern } from './linear-pattern.ts'
import { allowed, withinTime } from './within-time.ts'

/** What a schema says of content, as the compiler makes it. */
export type ContentValidator = ValidateFunction

function compiler(formats: 'full' | 'fast', options: Options) {
  const ajv = new Ajv2020({ allErrors: false, strict: true, code: { regExp: linearPattern }, ...options })
  addFormats.default(ajv, { mode: formats, formats: [...contentFormats] })
  return ajv
}

// Others write their schemas their own way: what one place requires, or of which type it is, another may say.
const lenient: Options = { strictTypes: false, strictTuples: false, strictRequired: false, logger: false }

const builtIn: ReadonlyMap<AssetType, ContentValidator> = new Map(
  builtInAssetTypes.map((type) => [type, compiler('full', {}).compile(type.schema)]),
)

/** Where a schema is no JSON Schema 2020-12, by pointers into the definition that holds it. */
export function dialectProblems(schema: JsonObject): readonly RuleProblem[] {
  const ajv = compiler('fast', { ...lenient, allErrors: true })
  if (withinTime(allowed.compiling, () => ajv.validateSchema(schema))) return []
  return (ajv.errors ?? []).slice(0, 100).map(({ instancePath, message }) => ({
    pointer: `/schema${instancePath}`,
    message: message ?? 'is not valid JSON Schema 2020-12',
  }))
}

/**
 * Compiles the schema of an organization's own type: strict, with linear-time patterns and the formats whose expressions
 * are linear too. The validator is bounded in time by itself.
 *
 * @throws Error where the schema is none, holds what the strict mode refuses, or takes too long.
 */
export function compileOwn(
  type: Pick<AssetType, 'schema'>,
  milliseconds: number = allowed.compiling,
): ContentValidator {
  return withinTime(milliseconds, () => compiler('fast', lenient).compile(type.schema))
}

/** The validator of a type: built-in ones are compiled once and for all, an organization's own when it is needed. */
export function validatorOf(type: AssetType): ContentValidator {
  return builtIn.get(type) ?? compileOwn(type)
}
