/** A version that somebody asks back, as its store has it. */
export interface AskedVersion {
  readonly version: number
  readonly digest: string
  readonly erased: boolean
  /** Whether its landing was taken back, so that it never counted. */
  readonly discarded: boolean
  /** Whether a promotion landed it. */
  readonly landed: boolean
  /** Whether it was ever the version in use. */
  readonly live: boolean
}

/** Why an older version does not come back. */
export type RestoreProblem =
  | 'unknown'
  | 'deleted'
  | 'current'
  | 'same-content'
  | 'erased'
  | 'needs-approval'
  | 'never-live'

/** Whether the version's content may become the next version, in development and staging; null when it may. */
export function problemOfRepeating(
  current: { readonly version: number; readonly digest: string | null; readonly deleted: boolean },
  asked: AskedVersion | undefined,
): RestoreProblem | null {
  if (asked === undefined) return 'unknown'
  if (current.deleted) return 'deleted'
  if (asked.version === current.version) return 'current'
  if (asked.erased) return 'erased'
  return asked.digest === current.digest ? 'same-content' : null
}

/**
 * Whether the version may be put in use again, in production; null when it may. What was never in use there comes into
 * use by a promotion's rollout alone, whatever the policy says.
 */
export function problemOfRepointing(
  current: { readonly activeVersion: number | null; readonly deleted: boolean },
  asked: AskedVersion | undefined,
  rule: 'fast' | 'approval',
): RestoreProblem | null {
  if (asked === undefined || asked.discarded || !asked.landed) return 'unknown'
  if (current.deleted) return 'deleted'
  if (asked.version === current.activeVersion) return 'current'
  if (rule === 'approval') return 'needs-approval'
  if (!asked.live || current.activeVersion === null) return 'never-live'
  return asked.erased ? 'erased' : null
}
