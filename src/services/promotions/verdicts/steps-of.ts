import { and, asc, eq } from 'drizzle-orm'
import { externalVerdict } from '../../../db/control/external-verdict.ts'
import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { promotionStep } from '../../../db/control/promotion-step.ts'
import { verdictEnvelope } from '../../../db/control/verdict-envelope.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { type Instant, instant, type PersonId } from '../../../domain/identifiers.ts'
import { type ExternalVerdict, verdictStatement } from '../../../domain/promotion/external-verdict.ts'
import { readEnvelope } from '../../../trust/dsse.ts'
import { isJsonObject } from '../../../trust/json.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'

/** What a system said of a step, with the envelope that proves it to anybody. */
export interface VerdictView {
  readonly verdict: ExternalVerdict
  readonly reference: string | null
  readonly issuedAt: Instant
  readonly recordedAt: Instant
  readonly envelope: {
    readonly payloadType: string
    readonly payload: string
    readonly signatures: readonly { readonly sig: string }[]
  }
}

export interface StepView {
  readonly position: number
  readonly name: string
  readonly kind: string
  readonly required: number
  readonly approved: number
  readonly groups: readonly string[]
  readonly people: readonly PersonId[]
  readonly atLeastOneOf: readonly string[]
  /** Of an external step: the key of its system, and what that said; null while it waits. */
  readonly publicKey?: string
  readonly verdict?: VerdictView | null
  readonly state: 'waiting' | 'open' | 'completed'
}

/** A vote as far as it counts in a step. */
interface CountingVote {
  readonly step: number
  readonly verdict: string
  readonly outdated: boolean
  readonly withdrawnAt: Instant | null
}

function verdictView(recordedAt: Date, stored: Uint8Array): VerdictView {
  const envelope = readEnvelope(parseStrict(stored))
  const document = parseStrict(envelope.payload)
  const statement = isJsonObject(document) ? verdictStatement(document) : undefined
  if (statement === undefined) throw new TypeError('a recorded verdict is a statement that was verified')
  const { verdict, reference, issuedAt } = statement
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return {
    verdict,
    reference,
    issuedAt,
    recordedAt: instant(recordedAt),
    envelope: {
      payloadType: envelope.payloadType,
      payload: base64(envelope.payload),
      signatures: envelope.signatures.map((one) => ({ sig: base64(one) })),
    },
  }
}

/** The steps of a promotion's present plan, in order, each with what its system said. */
export function readSteps(
  transaction: Transaction,
  { id, revision }: Pick<typeof promotionTable.$inferSelect, 'id' | 'revision'>,
) {
  return transaction
    .select({
      step: promotionStep,
      recordedAt: externalVerdict.recordedAt,
      envelope: verdictEnvelope.envelope,
    })
    .from(promotionStep)
    .leftJoin(
      externalVerdict,
      and(
        eq(externalVerdict.organization, promotionStep.organization),
        eq(externalVerdict.promotion, promotionStep.promotion),
        eq(externalVerdict.revision, promotionStep.revision),
        eq(externalVerdict.step, promotionStep.position),
      ),
    )
    .leftJoin(
      verdictEnvelope,
      and(
        eq(verdictEnvelope.organization, externalVerdict.organization),
        eq(verdictEnvelope.digest, externalVerdict.envelope),
      ),
    )
    .where(
      and(
        eq(promotionStep.organization, transaction.organization),
        eq(promotionStep.promotion, id),
        eq(promotionStep.revision, revision),
      ),
    )
    .orderBy(asc(promotionStep.position))
}

/** The same as people read them, with how many signed each, or what its system said. */
export function stepsOf(
  rows: Awaited<ReturnType<typeof readSteps>>,
  { step: open }: Pick<typeof promotionTable.$inferSelect, 'step'>,
  votes: readonly CountingVote[],
): readonly StepView[] {
  return rows.map(({ step, recordedAt, envelope }) => {
    const { position, name, kind, required, groups, people, atLeastOneOf, publicKey } = step
    const verdict = recordedAt === null || envelope === null ? null : verdictView(recordedAt, envelope)
    const approvals = votes.filter(
      (one) =>
        !one.outdated && one.withdrawnAt === null && one.step === position && one.verdict === 'approve',
    ).length
    const approved = verdict?.verdict === 'approved' ? 1 : approvals
    const state = open === position ? 'open' : approved >= required ? 'completed' : 'waiting'
    const shown = { position, name, kind, required, approved, groups, people, atLeastOneOf, state } as const
    return kind === 'external' ? { ...shown, publicKey, verdict } : shown
  })
}
