import { and, asc, eq } from 'drizzle-orm'
import { rolloutConfirmation } from '../../db/control/rollout-confirmation.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type Instant, instant, type PersonId, type PromotionId } from '../../domain/identifiers.ts'
import type { PolicyValidation } from '../../domain/policy/validation.ts'
import type { RolledBackAsset, RolloutEvent } from '../../domain/rollout/rollout.ts'
import { textsOf } from '../audit/read-texts.ts'

/** A line of the signed checklist, and who confirmed it once somebody did. */
export interface CheckView {
  readonly check: string
  readonly confirmedBy?: PersonId
  /** Their name as it was then; null once it was erased. */
  readonly printedName?: string | null
  readonly confirmedAt?: Instant
}

/** What the rule has people look at, as it was signed, with what became of it. */
export interface ValidationView extends PolicyValidation {
  readonly checks: readonly CheckView[]
}

/** Who took it live. */
export interface CompletedView {
  readonly person: PersonId
  /** Their name as it was then; null once it was erased. */
  readonly printedName: string | null
}

/** Who had it go back and why, and what is in use since; empty before production did it. */
export interface RolledBackView {
  readonly person: PersonId
  /** Null once it was erased. */
  readonly reason: string | null
  readonly assets: readonly RolledBackAsset[]
}

/** The signed checklist with who confirmed which line. */
export async function viewValidation(
  transaction: Transaction,
  promotion: PromotionId,
  validation: PolicyValidation | undefined,
): Promise<ValidationView | null> {
  if (validation === undefined) return null
  const rows = await transaction
    .select()
    .from(rolloutConfirmation)
    .where(
      and(
        eq(rolloutConfirmation.organization, transaction.organization),
        eq(rolloutConfirmation.promotion, promotion),
      ),
    )
    .orderBy(asc(rolloutConfirmation.line))
  const names = await textsOf(
    transaction,
    rows.map(({ printedNameText }) => printedNameText),
  )
  const checks = validation.checklist.map((check, place): CheckView => {
    const row = rows.find(({ line }) => line === place + 1)
    if (row === undefined) return { check }
    const { person: confirmedBy, printedNameText, confirmedAt } = row
    const printedName = names.get(printedNameText) ?? null
    return { check, confirmedBy, printedName, confirmedAt: instant(confirmedAt) }
  })
  return { ...validation, checks }
}

/** Who took it live; null before. */
export async function viewCompleted(
  transaction: Transaction,
  events: readonly RolloutEvent[],
): Promise<CompletedView | null> {
  const completed = events.find((event) => event.type === 'completed')
  if (completed === undefined) return null
  const { person, printedNameText } = completed
  const names = await textsOf(transaction, [printedNameText])
  return { person, printedName: names.get(printedNameText) ?? null }
}

/** Who last had it go back; null where nobody did. */
export async function viewRolledBack(
  transaction: Transaction,
  events: readonly RolloutEvent[],
): Promise<RolledBackView | null> {
  const asked = events.findLast((event) => event.type === 'rollback-authorized')
  if (asked === undefined) return null
  const done = events.find((event) => event.type === 'rolled-back')
  const reasons = await textsOf(transaction, [asked.reasonText])
  return {
    person: asked.person,
    reason: reasons.get(asked.reasonText) ?? null,
    assets: done?.items ?? [],
  }
}
