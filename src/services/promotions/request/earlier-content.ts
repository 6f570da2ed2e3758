import { and, eq, inArray } from 'drizzle-orm'
import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { erasableText } from '../../../db/log/erasable-text.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Digest, TextId } from '../../../domain/identifiers.ts'
import type { Evidence } from '../../../domain/plan/evidence.ts'
import type { Manifest } from '../../../domain/plan/manifest.ts'
import { readStoredContents } from '../plan-view/stored-contents.ts'
import { asRequestDocument, type RequestDocument } from '../preflight/request-document.ts'
import { readRevisionRequest } from '../preflight/revision-request.ts'
import type { RequestContent } from './request-content.ts'

async function readWords(transaction: Transaction, { acknowledge }: RequestDocument) {
  const ids = acknowledge.flatMap(({ text }): TextId[] => (text === null ? [] : [text]))
  if (ids.length === 0) return new Map<TextId, string>()
  const rows = await transaction
    .select({ id: erasableText.id, text: erasableText.text })
    .from(erasableText)
    .where(and(eq(erasableText.organization, transaction.organization), inArray(erasableText.id, ids)))
  return new Map(rows.flatMap(({ id, text }) => (text === null ? [] : [[id, text]])))
}

/** What was sent along with a promotion's current revision, as its requester sent it. */
export async function earlierContent(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
): Promise<RequestContent> {
  const { request } = await readRevisionRequest(transaction, asked, asked.revision)
  const stored = (await readStoredContents(transaction, [request])).get(request)
  const document = asRequestDocument(stored?.content ?? {})
  const digests: Digest[] = [...document.evidence]
  if (document.manifest !== null) digests.push(document.manifest)
  const parts = await readStoredContents(transaction, digests)
  const words = await readWords(transaction, document)
  const manifest = document.manifest === null ? undefined : parts.get(document.manifest)
  return {
    bindings: document.bindings,
    manifest: manifest === undefined ? null : (manifest.content as unknown as Manifest),
    evidence: document.evidence.flatMap((of) => {
      const one = parts.get(of)
      return one === undefined ? [] : [one.content as unknown as Evidence]
    }),
    acknowledge: document.acknowledge.map(({ rule, asset, pointer, text }) => ({
      rule,
      asset,
      pointer,
      justification: text === null ? null : (words.get(text) ?? null),
    })),
    adopt: document.adopt,
    notBefore: document.notBefore,
    reviewers: document.reviewers,
  }
}
