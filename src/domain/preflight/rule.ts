import type { AssetId } from '../identifiers.ts'
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

/** The places that `find` names in each item, as places of that item's asset. */
export function inEachItem(
  find: (item: PreflightItem) => readonly Omit<FoundPlace, 'asset'>[],
): ({ items }: Preflight) => readonly FoundPlace[] {
  return ({ items }) => items.flatMap((item) => find(item).map((place) => ({ asset: item.asset, ...place })))
}

/** The place of an asset as a whole. */
export function whole(asset: AssetId): FoundPlace {
  return { asset, pointer: '' }
}
