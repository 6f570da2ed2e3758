import type { JsonValue } from '../../src/domain/json.ts'

export interface FileAsset {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly content: JsonValue
  readonly version?: number
  readonly digest?: string
}

/** A file of assets as the API answers and takes it. */
export interface AssetsFile {
  readonly format: string
  readonly environment: { readonly id: string; readonly name: string; readonly kind: string }
  readonly assets: readonly FileAsset[]
}

/** What the API answers to an import. */
export interface Imported {
  readonly dryRun: boolean
  readonly data: readonly {
    readonly file: string
    readonly id: string | null
    readonly name: string
    readonly action: string
    readonly version: number
  }[]
  readonly warnings: readonly { readonly pointer: string; readonly rule: string }[]
}

/** A file of a staging environment somewhere else. */
export function fileOf(assets: readonly FileAsset[]): AssetsFile {
  const environment = { id: '01890000-0000-7000-8000-000000000001', name: 'Elsewhere', kind: 'staging' }
  return { format: 'countersign/assets/1', environment, assets }
}
