import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import type { JsonObject, JsonValue } from '../../../domain/json.ts'
import type { EnvironmentKind } from '../../context.ts'

export interface FileAsset {
  readonly id: AssetId
  readonly type: string
  readonly name: string
  readonly content: JsonObject
}

/** An environment's assets as one file, as far as an import rests on it. */
export interface AssetsFile {
  readonly environment: {
    readonly id: EnvironmentId
    readonly name: string
    readonly kind: EnvironmentKind
  }
  readonly assets: readonly FileAsset[]
}

export type ImportAction = 'created' | 'updated' | 'unchanged'

/** What became of one asset of a file. */
export interface ImportedAsset {
  /** Its id in the file. */
  readonly file: AssetId
  /** Its id here; null where a dry run would have given it a new one. */
  readonly id: AssetId | null
  readonly type: string
  readonly name: string
  readonly action: ImportAction
  readonly version: number
}

export interface ImportWarning {
  /** JSON Pointer into the file. */
  readonly pointer: string
  readonly rule: string
  readonly message: string
}

export interface ImportResult {
  readonly data: readonly ImportedAsset[]
  readonly warnings: readonly ImportWarning[]
}

/** An import's result as it is kept for a repetition. */
export function resultDocument({ data, warnings }: ImportResult): JsonValue {
  return { data: data.map((one) => ({ ...one })), warnings: warnings.map((one) => ({ ...one })) }
}
