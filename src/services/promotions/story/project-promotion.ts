import { and, eq, sql } from 'drizzle-orm'
import { authorization } from '../../../db/control/authorization.ts'
import { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { promotionSourceLock } from '../../../db/control/promotion-source-lock.ts'
import { promotionTargetLock } from '../../../db/control/promotion-target-lock.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Instant } from '../../../domain/identifiers.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import { isFinished, type PromotionState } from '../../../domain/promotion/state.ts'
import { unreachable } from '../../../domain/stream.ts'
import type { RecordedEvent, StoredCommand } from '../../stories/story-rules.ts'
import { projectDecision, projectLapse } from './project/decision.ts'
import { grantProduction } from './project/grant-production.ts'
import { projectPlan } from './project/plan.ts'
import { projectPublication } from './project/publish.ts'
import { projectResubmission, projectSubmission } from './project/request.ts'
import { openReview } from './project/review.ts'
import { projectVerdict } from './project/verdict.ts'

function dateOrNull(at: Instant | null): Date | null {
  return at === null ? null : new Date(at)
}

async function projectState(transaction: Transaction, state: PromotionState): Promise<void> {
  const { organization, promotion } = state.facts
  await transaction
    .update(promotionTable)
    .set({
      state: state.phase,
      revision: state.revision,
      step: state.step,
      planDigest: state.planDigest,
      expiresAt: dateOrNull(state.expiresAt),
      failure: state.failure,
      notBefore: dateOrNull(state.notBefore),
      opensAt: dateOrNull(state.opensAt),
      hindrances: state.hindrances,
      escalatedTo: state.escalatedTo,
      updatedAt: sql`clock_timestamp()`,
    })
    .where(and(eq(promotionTable.organization, organization), eq(promotionTable.id, promotion)))
}

async function releaseLocks(transaction: Transaction, { facts }: PromotionState): Promise<void> {
  for (const lock of [promotionSourceLock, promotionTargetLock]) {
    await transaction
      .delete(lock)
      .where(and(eq(lock.organization, facts.organization), eq(lock.promotion, facts.promotion)))
  }
}

async function projectEvent(
  transaction: Transaction,
  state: PromotionState,
  { event, entry }: RecordedEvent<PromotionEvent>,
  command: StoredCommand | null,
): Promise<void> {
  const { organization, promotion } = state.facts
  const { revision } = state
  switch (event.type) {
    case 'planned':
    case 'blocked':
      return projectPlan(transaction, promotion, event.plan)
    case 'decided':
      if (command === null) throw new TypeError('a decision is a command of a person')
      projectDecision(transaction, state, event, command)
      return
    case 'overridden':
      if (command === null) throw new TypeError('an override is a command of a person')
      projectDecision(transaction, state, event, command)
      return openReview(transaction, state, event)
    case 'external-verdict':
      if (command === null) throw new TypeError('a verdict is delivered by a command')
      return projectVerdict(transaction, state, event, command)
    case 'decision-withdrawn':
      return projectLapse(transaction, [event.decision])
    case 'approvals-lapsed':
      return projectLapse(transaction, event.decisions)
    case 'submitted':
      return projectSubmission(transaction, state)
    case 'resubmitted':
      if (command === null) throw new TypeError('a resubmission is a command of a person')
      return projectResubmission(transaction, state, event, command)
    case 'authorized': {
      const { planDigest, kind } = event
      await insertRows(transaction, authorization, [
        { organization, promotion, revision, planDigest, kind, entry },
      ])
      return grantProduction(transaction, { promotion, revision, purpose: 'land', entry })
    }
    case 'promoted':
      return projectPublication(transaction, state)
    case 'compensating':
      return grantProduction(transaction, { promotion, revision, purpose: 'discard', entry })
    case 'preflight-started':
    case 'step-completed':
    case 'approved':
    case 'rejected':
    case 'changes-requested':
    case 'withdrawn':
    case 'aborted':
    case 'reminded':
    case 'escalated':
    case 'rescheduled':
    case 'scheduled':
    case 'returned':
    case 'expired':
    case 'landed':
    case 'compensation-retried':
    case 'failed':
    case 'compensation-stuck':
      return
    default:
      return unreachable(event)
  }
}

/** Writes the rows that follow from a promotion's events. What has finished holds no lock. */
export async function projectPromotion(
  transaction: Transaction,
  state: PromotionState,
  events: readonly RecordedEvent<PromotionEvent>[],
  command: StoredCommand | null,
): Promise<void> {
  for (const event of events) await projectEvent(transaction, state, event, command)
  await projectState(transaction, state)
  if (isFinished(state.phase)) await releaseLocks(transaction, state)
}
