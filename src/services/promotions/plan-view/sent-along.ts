import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Plan } from '../../../domain/plan/plan.ts'
import { readRevisionRequest } from '../preflight/revision-request.ts'
import { earlierContent } from '../request/earlier-content.ts'
import type { PlanView } from './plan-view.ts'

/** What was sent along with the revision that a plan is of, in the words and documents themselves. */
export async function readSentAlong(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
  plan: Plan,
): Promise<Pick<PlanView, 'manifest' | 'evidence' | 'findings' | 'reviewers'>> {
  const request = await readRevisionRequest(transaction, asked, plan.revision)
  const { manifest, evidence, acknowledge, reviewers } = await earlierContent(transaction, request)
  // A plan names words by their commitment, in the place of the finding that they are about.
  const words = new Map(
    request.document.acknowledge.map(({ commitment }, place) => [
      commitment,
      acknowledge[place]?.justification ?? null,
    ]),
  )
  return {
    manifest,
    evidence,
    findings: plan.findings.map((finding) => ({
      ...finding,
      justification: words.get(finding.justification) ?? null,
    })),
    reviewers,
  }
}
