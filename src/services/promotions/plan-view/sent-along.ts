import { and, eq, inArray } from 'drizzle-orm'
import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { erasableText } from '../../../db/log/erasable-text.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Digest, TextId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { Evidence } from '../../../domain/plan/evidence.ts'
import type { Manifest } from '../../../domain/plan/manifest.ts'
import type { Plan } from '../../../domain/plan/plan.ts'
import { asRequestDocument, type RequestDocument } from '../preflight/request-document.ts'
import { readRevisionRequest } from '../preflight/revision-request.ts'
import type { PlanView } from './plan-view.ts'
import { readStoredContents } from './stored-contents.ts'

/** Words by the commitments that plans hold; erased ones are left out. */
async function readWords(
  transaction: Transaction,
  { acknowledge }: RequestDocument,
): Promise<ReadonlyMap<string, string>> {
  const ids = acknowledge.flatMap(({ text }): TextId[] => (text === null ? [] : [text]))
  if (ids.length === 0) return new Map()
  const rows = await transaction
    .select({ commitment: erasableText.commitment, text: erasableText.text })
    .from(erasableText)
    .where(and(eq(erasableText.organization, transaction.organization), inArray(erasableText.id, ids)))
  return new Map(rows.flatMap(({ commitment, text }) => (text === null ? [] : [[commitment, text]])))
}

/** What was sent along with the revision that a plan is of, in the words and documents themselves. */
export async function readSentAlong(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
  plan: Plan,
): Promise<Pick<PlanView, 'manifest' | 'evidence' | 'findings' | 'reviewers'>> {
  const { request } = await readRevisionRequest(transaction, asked, plan.revision)
  const digests: Digest[] = [request, ...plan.evidence]
  if (plan.manifest !== null) digests.push(plan.manifest)
  const documents = await readStoredContents(transaction, digests)
  const read = (of: Digest): JsonValue => documents.get(of)?.content ?? null
  const document = asRequestDocument(read(request))
  const words = await readWords(transaction, document)
  return {
    manifest: plan.manifest === null ? null : (read(plan.manifest) as unknown as Manifest | null),
    evidence: plan.evidence.flatMap((of) => {
      const one = read(of) as unknown as Evidence | null
      return one === null ? [] : [one]
    }),
    findings: plan.findings.map((finding) => ({
      ...finding,
      justification: finding.justification === null ? null : (words.get(finding.justification) ?? null),
    })),
    reviewers: document.reviewers,
  }
}
