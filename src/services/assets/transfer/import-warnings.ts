import { ownReferencesOf } from '../../../domain/asset/references/references.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import type { AcceptedAsset } from './accept-file.ts'
import type { ImportWarning } from './assets-file.ts'
import type { MatchedAsset } from './match-file.ts'

const shownWarnings = 1_000

export interface OutwardReference {
  /** Into the file. */
  readonly pointer: string
  readonly asset: AssetId
}

/** References of the file that lead to nothing in it. */
export function outwardReferences(matched: readonly MatchedAsset[]): readonly OutwardReference[] {
  const inside = new Set(matched.map(({ asset }) => asset.id))
  return matched.flatMap(({ asset: { definition, content, place } }) =>
    ownReferencesOf(definition, content)
      .filter(({ asset }) => !inside.has(asset))
      .map(({ asset, pointer }) => ({ asset, pointer: `/assets/${place}/content${pointer}` })),
  )
}

function aboutOne({ asset, existing, leftOut, accepted }: AcceptedAsset): readonly ImportWarning[] {
  const inFile = `/assets/${asset.place}`
  const named = {
    pointer: `${inFile}/name`,
    rule: 'name-kept',
    message: 'differs from the name here, which stays',
  }
  const partners = leftOut.map((pointer) => ({
    pointer: `${inFile}/content${pointer}`,
    rule: 'partner-left-out',
    message: 'is a partner’s and was left out',
  }))
  return [
    ...(existing === undefined || existing.name === asset.name ? [] : [named]),
    ...partners,
    ...accepted.warnings.map((one) => ({ ...one, pointer: `${inFile}/content${one.pointer}` })),
  ]
}

/** What the importer should know though it is allowed: references that lead nowhere here, and more asset by asset. */
export function warningsOf(
  accepted: readonly AcceptedAsset[],
  unresolvedReferences: readonly OutwardReference[],
): readonly ImportWarning[] {
  const unresolved = unresolvedReferences.map(({ pointer }) => ({
    pointer,
    rule: 'reference-unresolved',
    message: 'refers to no asset of the file or of this environment',
  }))
  const warnings = [...unresolved, ...accepted.flatMap(aboutOne)]
  const more = warnings.length - shownWarnings
  if (more <= 0) return warnings
  return [...warnings.slice(0, shownWarnings), { pointer: '', rule: 'more', message: `and ${more} more` }]
}
