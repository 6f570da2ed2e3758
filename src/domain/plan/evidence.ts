import type { AssetId, Digest } from '../identifiers.ts'

/** What a requester shows of staging: what was tried there, or why it could not be. */
export const evidenceKinds = Object.freeze([
  'request-response',
  'webhook-payload',
  'error-retry',
  'scoped-key',
  'role',
  'operational-flow',
  'not-testable',
] as const)

export type EvidenceKind = (typeof evidenceKinds)[number]

/** One piece of evidence: where it is kept, or the digest of what was seen, and a note. It holds no payload itself. */
export type Evidence = {
  readonly kind: EvidenceKind
  /** The staging asset that it is about; the whole bundle where null. */
  readonly asset: AssetId | null
  /** SHA-256 of the recorded bytes. */
  readonly digest: Digest | null
  readonly link: string | null
  readonly note: string | null
}
