import {
  type Digest,
  digest,
  type Instant,
  identifier,
  instant,
  isUuid,
  type PromotionId,
} from '../identifiers.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { type Refusal, refused } from '../stream.ts'

export type ExternalVerdict = 'approved' | 'rejected'

/** The type that the payload of a signed verdict has. */
export const verdictPayloadType = 'application/vnd.countersign.verdict+json'

/** The step that a system judges: of one promotion, revision and plan, and of no other. */
export interface JudgedStep {
  readonly promotion: PromotionId
  readonly revision: number
  readonly step: number
  readonly planDigest: Digest
}

/** What a system signs: what it judged, and how. */
export interface VerdictStatement extends JudgedStep {
  readonly verdict: ExternalVerdict
  /** Where the system keeps it, such as the number of a ticket; null where it names nothing. */
  readonly reference: string | null
  readonly issuedAt: Instant
}

const members = new Set(['promotion', 'revision', 'step', 'planDigest', 'verdict', 'reference', 'issuedAt'])
// One word, so that it names something and tells nothing.
const referencePattern = /^[A-Za-z0-9][A-Za-z0-9._/#:-]{0,99}$/
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/

function isPosition(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value < 2 ** 31
}

function isInstant(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && instantPattern.test(value) && !Number.isNaN(Date.parse(value))
}

/** A signed payload as a statement; undefined when it lacks a member, has another one or one of another shape. */
export function verdictStatement(payload: JsonObject): VerdictStatement | undefined {
  if (Object.keys(payload).some((member) => !members.has(member))) return undefined
  const { promotion, revision, step, planDigest, verdict, reference, issuedAt } = payload
  if (typeof promotion !== 'string' || !isUuid(promotion)) return undefined
  if (!isPosition(revision) || !isPosition(step)) return undefined
  if (typeof planDigest !== 'string' || !/^[0-9a-f]{64}$/.test(planDigest)) return undefined
  if (verdict !== 'approved' && verdict !== 'rejected') return undefined
  if (reference !== undefined && (typeof reference !== 'string' || !referencePattern.test(reference))) {
    return undefined
  }
  if (!isInstant(issuedAt)) return undefined
  return {
    promotion: identifier(promotion),
    revision,
    step,
    planDigest: digest(planDigest),
    verdict,
    reference: reference ?? null,
    issuedAt: instant(issuedAt),
  }
}

type AnotherCode = 'invalid-signature' | 'precondition-failed'

/**
 * Refuses a verdict that was signed for anything else than this step; null when it is the one. A signature that was lifted
 * from another request is none here, while one on an earlier plan only came late.
 */
export function refusalOfAnother(
  statement: JudgedStep,
  asked: JudgedStep,
): (Refusal & { readonly code: AnotherCode }) | null {
  const other = (code: AnotherCode, what: string) => ({
    ...refused(code, `This verdict was signed for another ${what}. It counts for that one alone.`),
    code,
  })
  if (statement.promotion !== asked.promotion) return other('invalid-signature', 'promotion')
  if (statement.step !== asked.step) return other('invalid-signature', 'step')
  if (statement.revision !== asked.revision) return other('precondition-failed', 'revision of this promotion')
  if (statement.planDigest !== asked.planDigest) return other('precondition-failed', 'plan')
  return null
}
