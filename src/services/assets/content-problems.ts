import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { builtInAssetTypes } from '../../domain/asset/registry.ts'
import type { JsonValue } from '../../domain/json.ts'

export interface ContentProblem {
  /** JSON Pointer into the content. */
  readonly pointer: string
  readonly message: string
}

function compile(): ReadonlyMap<string, ValidateFunction> {
  const ajv = new Ajv2020({ allErrors: false, strict: true })
  addFormats.default(ajv)
  return new Map(builtInAssetTypes.map(({ name, schema }) => [name, ajv.compile(schema)]))
}

const validators = compile()

/**
 * What is wrong with content by its type's JSON Schema; empty when nothing is. Messages name rules, never values.
 *
 * @throws RangeError when there is no such type.
 */
export function contentProblems(type: string, content: JsonValue): readonly ContentProblem[] {
  const validate = validators.get(type)
  if (validate === undefined) throw new RangeError('there is no such asset type')
  try {
    if (validate(content)) return []
  } catch {
    // Members named like methods of objects make the validator's comparison of objects throw.
    return [{ pointer: '', message: 'has members that cannot be compared, such as valueOf or toString' }]
  }
  return (validate.errors ?? []).map(({ instancePath, message }) => ({
    pointer: instancePath,
    message: message ?? 'does not fit the schema of its type',
  }))
}
