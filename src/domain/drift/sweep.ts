import type { AssetId, OrganizationId } from '../identifiers.ts'
import type { LastLanded } from './drift.ts'

/** Where a sweep goes on: after an asset of an organization, or after the whole of one. */
export interface SweepCursor {
  readonly organization: OrganizationId
  /** Null when the organization is done. */
  readonly asset: AssetId | null
}

export interface LandedAsset extends LastLanded {
  /** The store it stands in, by name. */
  readonly store: string
}

/** What is to be compared next, all of one organization. */
export interface LandedPage {
  readonly organization: OrganizationId
  readonly landed: readonly LandedAsset[]
  readonly next: SweepCursor
}

/** What came of a sweep. `unreached` assets could not be looked at, because their production did not answer. */
export interface SweepCounts {
  readonly compared: number
  readonly drifted: number
  readonly inSyncAgain: number
  readonly unreached: number
}

export const nothingSwept: SweepCounts = Object.freeze({
  compared: 0,
  drifted: 0,
  inSyncAgain: 0,
  unreached: 0,
})

/** The sum of two counts, member by member. */
export function addCounts(one: SweepCounts, other: SweepCounts): SweepCounts {
  return Object.freeze({
    compared: one.compared + other.compared,
    drifted: one.drifted + other.drifted,
    inSyncAgain: one.inSyncAgain + other.inSyncAgain,
    unreached: one.unreached + other.unreached,
  })
}
