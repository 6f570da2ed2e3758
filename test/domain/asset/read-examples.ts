import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { findAssetType } from '../../../src/domain/asset/registry.ts'
import type { AssetId } from '../../../src/domain/identifiers.ts'
import { identifier } from '../../../src/domain/identifiers.ts'
import type { JsonValue } from '../../../src/domain/json.ts'

export interface Example {
  readonly file: string
  readonly id: AssetId
  readonly type: AssetType
  readonly name: string
  readonly content: JsonValue
}

/** The example assets of one folder, with an id each and every `$asset` placeholder replaced by the id it names. */
export function readExamples(folder: 'staging' | 'production'): readonly Example[] {
  const directory = join(import.meta.dirname, '../../../examples/assets', folder)
  const files = readdirSync(directory).sort()
  const prefix = folder === 'staging' ? '5' : 'a'
  const ids = new Map(
    files.map((file, index) => [
      basename(file, '.json'),
      identifier<AssetId>(`${prefix}0000000-0000-4000-8000-${String(index).padStart(12, '0')}`),
    ]),
  )
  return [...ids].map(([file, id]) => {
    const text = readFileSync(join(directory, `${file}.json`), 'utf8')
    const { type, name, content } = JSON.parse(text, (_member, value: unknown) => resolve(value, ids))
    const assetType = findAssetType(type)
    if (assetType === undefined) throw new Error(`${file} has no built-in type`)
    return { file, id, type: assetType, name, content }
  })
}

function resolve(value: unknown, ids: ReadonlyMap<string, AssetId>): unknown {
  if (typeof value !== 'object' || value === null || !('$asset' in value)) return value
  const id = ids.get(String(value.$asset))
  if (id === undefined) throw new Error(`no example is called ${value.$asset}`)
  return id
}
