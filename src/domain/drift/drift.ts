import type { AssetId, Digest, PromotionId } from '../identifiers.ts'

/** What a promotion left in a production asset. */
export interface LastLanded {
  readonly asset: AssetId
  readonly promotion: PromotionId
  readonly version: number
  readonly digest: Digest
}

/** A production asset as its store holds it. An asset that is gone or deleted is version 0. */
export interface StandingAsset {
  readonly asset: AssetId
  /** The newest version that counts. */
  readonly version: number
  /** As the version's row has it; null where there is no version. */
  readonly recordedDigest: Digest | null
  /** Computed from the stored bytes; null where they were erased or are not there. */
  readonly digest: Digest | null
  /** Whether the digest's row is there, with its bytes or erased. */
  readonly stored: boolean
  /** The promotion that landed the version. */
  readonly promotion: PromotionId | null
  /** Whether the active pointer is where the last recorded act on it put it. */
  readonly pointerExplained: boolean
}

/**
 * How production differs from what was landed: other bytes, erased bytes, nothing there, or another version in use than
 * any recorded act has put in use.
 */
export type DriftFinding = 'changed' | 'erased' | 'missing' | 'repointed'

/** Compares what stands in production with what was last landed there; null when they agree. */
export function findDrift(landed: LastLanded, standing: StandingAsset): DriftFinding | null {
  if (standing.version === 0 || !standing.stored) return 'missing'
  if (standing.recordedDigest !== landed.digest) return 'changed'
  if (standing.digest === null) return 'erased'
  if (standing.digest !== landed.digest) return 'changed'
  return standing.pointerExplained ? null : 'repointed'
}

/** The digest that tells one finding from the next: of the bytes, or where there are none, as recorded. */
export function foundDigest({ version, stored, digest, recordedDigest }: StandingAsset): Digest | null {
  return version === 0 || !stored ? null : (digest ?? recordedDigest)
}
