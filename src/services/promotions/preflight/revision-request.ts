import { and, asc, eq, lte } from 'drizzle-orm'
import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { promotionResubmission } from '../../../db/control/promotion-resubmission.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Digest, PersonId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { Evidence } from '../../../domain/plan/evidence.ts'
import type { Manifest } from '../../../domain/plan/manifest.ts'
import { readStoredContents } from '../../content/stored-contents.ts'
import { NeverStored } from '../../stories/never-stored.ts'
import { asRequestDocument, type RequestDocument } from './request-document.ts'

/** What was sent along with a revision; of what was erased nothing is left. */
interface SentAlong {
  readonly document: RequestDocument
  readonly manifest: Manifest | null
  readonly evidence: readonly Evidence[]
  /** Whether all of it is still stored. */
  readonly complete: boolean
}

export interface RevisionRequest extends SentAlong {
  /** Everybody who asked for this revision or an earlier one besides the requester. */
  readonly resubmitters: readonly PersonId[]
}

// The boundary at which they come back as `storeRequestContent` wrote them.
function asManifest(content: JsonValue): Manifest {
  return content as unknown as Manifest
}

function asEvidence(content: JsonValue): Evidence {
  return content as unknown as Evidence
}

async function readSentAlong(transaction: Transaction, request: Digest): Promise<SentAlong> {
  const [asked] = (await readStoredContents(transaction, [request])).values()
  const document = asRequestDocument(asked?.content ?? {})
  const declared = document.manifest === null ? [] : [document.manifest]
  const parts = await readStoredContents(transaction, [...declared, ...document.evidence])
  const found = (digests: readonly Digest[]) =>
    digests.flatMap((digest) => {
      const part = parts.get(digest)
      return part === undefined ? [] : [part.content]
    })
  const [manifest] = found(declared).map(asManifest)
  const evidence = found(document.evidence).map(asEvidence)
  const isWhole = evidence.length === document.evidence.length && found(declared).length === declared.length
  return { document, manifest: manifest ?? null, evidence, complete: asked !== undefined && isWhole }
}

/**
 * What a revision of a promotion was asked with, and by whom.
 *
 * @throws NeverStored for a revision that nobody asked for.
 */
export async function readRevisionRequest(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
  revision: number,
): Promise<RevisionRequest> {
  const again = await transaction
    .select()
    .from(promotionResubmission)
    .where(
      and(
        eq(promotionResubmission.organization, transaction.organization),
        eq(promotionResubmission.promotion, asked.id),
        lte(promotionResubmission.revision, revision),
      ),
    )
    .orderBy(asc(promotionResubmission.revision))
  const latest = again.find((one) => one.revision === revision)
  if (revision > 1 && latest === undefined) throw new NeverStored('nobody asked for this revision')
  return {
    ...(await readSentAlong(transaction, latest?.request ?? asked.request)),
    resubmitters: again.map(({ person }) => person),
  }
}
