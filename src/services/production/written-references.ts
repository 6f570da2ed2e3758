import type { AssetType } from '../../domain/asset/asset-type.ts'
import { type AssetReference, ownReferencesOf } from '../../domain/asset/references/references.ts'
import { isUuid } from '../../domain/identifiers.ts'
import { parseStrict } from '../../trust/strict-parse.ts'

/**
 * What content that is about to be written in production refers to; nothing where it was erased or its type has gone.
 * These rows tell who uses what. What may land was judged before it was signed.
 */
export function writtenReferences(
  type: AssetType | undefined,
  bytes: Uint8Array | null,
): readonly AssetReference[] {
  if (type === undefined || type.references.length === 0 || bytes === null) return []
  return ownReferencesOf(type, parseStrict(bytes)).filter(({ asset }) => isUuid(asset))
}
