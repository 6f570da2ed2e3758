import type { AssetId } from '../identifiers.ts'
import { compareText } from '../plan/compare-text.ts'
import type { Severity } from '../plan/finding.ts'
import type { Preflight, PreflightItem } from './preflight.ts'

/** A place that a rule speaks up about; severity and words of its own where they differ from the rule's. */
export interface FoundPlace {
  readonly asset: AssetId
  readonly pointer: string
  readonly severity?: Severity
  readonly message?: string
}

/**
 * Whether a finding has to be taken note of by the requester: `never` cannot be, `may` can be, `must` blocks until it
 * is, and `with-words` until it is with a justification.
 */
export type Acknowledgement = 'never' | 'may' | 'must' | 'with-words'

/** One rule of preflight. */
export interface PreflightRule<Seen extends Preflight = Preflight> {
  /** As findings name it. */
  readonly id: string
  readonly severity: Severity
  readonly acknowledgement: Acknowledgement
  /** What it means and what to do about it. */
  readonly says: string
  find(preflight: Seen): readonly FoundPlace[]
}

/** A place without the asset that it is in. */
export type PlaceInItem = Omit<FoundPlace, 'asset'>

// Of what a rule looked at nothing else goes on, least of all the values that stand there.
function placeIn(asset: AssetId, { pointer, severity, message }: PlaceInItem): FoundPlace {
  return {
    asset,
    pointer,
    ...(severity === undefined ? {} : { severity }),
    ...(message === undefined ? {} : { message }),
  }
}

/** The places that `find` names in each item, as places of that item's asset. */
export function inEachItem(
  find: (item: PreflightItem) => readonly PlaceInItem[],
): ({ items }: Preflight) => readonly FoundPlace[] {
  return ({ items }) => items.flatMap((item) => find(item).map((place) => placeIn(item.asset, place)))
}

/** The place of an asset as a whole. */
export function whole(asset: AssetId): FoundPlace {
  return { asset, pointer: '' }
}

/** Items by asset, so that what is found does not depend on the order that they land in. */
export function byAsset(items: readonly PreflightItem[]): readonly PreflightItem[] {
  return items.toSorted((one, other) => compareText(one.asset, other.asset))
}
