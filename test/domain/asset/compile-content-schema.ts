import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'

/** Compiles a type's schema under ajv's strictest mode. */
export function compileContentSchema(type: AssetType): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(type.schema)
}
