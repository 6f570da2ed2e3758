import type { AssetId } from '../identifiers.ts'
import { compareText } from './compare-text.ts'

export type Severity = 'blocker' | 'warning' | 'info'

/** One preflight result: which rule, at which place of which staging asset; never the value that stands there. */
export type Finding = {
  readonly rule: string
  readonly severity: Severity
  readonly asset: AssetId
  /** A JSON Pointer (RFC 6901) into the staging content; empty for the asset as a whole. */
  readonly pointer: string
  readonly message: string
  readonly acknowledged?: boolean
  /** Commitment to the words of who acknowledged it; null where there are none. */
  readonly justification?: string | null
}

const rank: Readonly<Record<Severity, number>> = Object.freeze({ blocker: 0, warning: 1, info: 2 })

/** The total order of findings: gravest first, then by asset, pointer, rule and message. */
export function compareFindings(left: Finding, right: Finding): number {
  return (
    rank[left.severity] - rank[right.severity] ||
    compareText(left.asset, right.asset) ||
    compareText(left.pointer, right.pointer) ||
    compareText(left.rule, right.rule) ||
    compareText(left.message, right.message)
  )
}
