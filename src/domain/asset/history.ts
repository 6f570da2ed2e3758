import type { Digest, PromotionId } from '../identifiers.ts'

/** Entries after which an asset's newest counting version is the one they name. */
export const versionEntries = Object.freeze([
  'asset.created',
  'asset.version-written',
  'asset.landed',
  'asset.discarded',
])

/** Entries after which the version in use is the one they name; a roll-back names 0 where none is in use any more. */
export const pointerEntries = Object.freeze(['asset.activated', 'asset.restored', 'asset.rolled-back'])

/** Entries of control's log that tell whether production differs from what was last landed. */
export const driftEntries = Object.freeze(['asset.drifted', 'asset.in-sync-again'])

/** One entry about an asset in the log of its own environment. */
export interface AssetEntry {
  readonly type: string
  /** RFC 3339 in UTC with microseconds. */
  readonly time: string
  readonly person: string
  readonly version: number
  readonly digest: Digest | null
  readonly promotion: PromotionId | null
}

/** A version in use, since when, and by which promotion and whom. */
export interface LiveVersion {
  readonly version: number
  readonly promotion: PromotionId | null
  readonly since: string
  readonly by: string
}

/**
 * The version in use after `entries`, which are those that moved the pointer, newest first; null when there is none. Making
 * the same version the one in use again does not begin anew.
 */
export function liveVersion(entries: readonly AssetEntry[]): LiveVersion | null {
  const [newest] = entries
  if (newest === undefined || newest.version === 0) return null
  const end = entries.findIndex(({ version }) => version !== newest.version)
  const run = end === -1 ? entries : entries.slice(0, end)
  const first = run.at(-1) ?? newest
  const { type, version, time, person } = first
  // A roll-back names the promotion that it takes back, which brought another version.
  const promotion = type === 'asset.rolled-back' ? null : first.promotion
  return { version, promotion, since: time, by: person }
}
