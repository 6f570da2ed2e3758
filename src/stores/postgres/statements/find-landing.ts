import { and, asc, eq, sql } from 'drizzle-orm'
import { discard } from '../../../db/environment/discard.ts'
import { landing } from '../../../db/environment/landing.ts'
import { logEntry } from '../../../db/log/log-entry.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import type { LandedVersion } from '../../../services/asset-store.ts'

/** A landed version with the id of the entry that tells of it. */
export interface FoundLanding extends LandedVersion {
  readonly entryId: string
}

/** What became of a revision in this store. */
export interface RevisionLanding {
  readonly discarded: boolean
  /** By position; empty when it never landed. */
  readonly items: readonly FoundLanding[]
}

/** Reads what landed for a revision, discarded or not, as it was recorded. */
export async function findLanding(
  transaction: Transaction,
  promotion: PromotionId,
  revision: number,
): Promise<RevisionLanding> {
  const { organization } = transaction
  const discards = await transaction
    .select({ entry: discard.entry })
    .from(discard)
    .where(
      and(
        eq(discard.organization, organization),
        eq(discard.promotion, promotion),
        eq(discard.revision, revision),
      ),
    )
  const rows = await transaction
    .select({
      position: landing.position,
      asset: landing.asset,
      version: landing.version,
      digest: landing.digest,
      entryId: landing.entry,
      origin: sql<string>`log_origin()`,
      index: logEntry.index,
      leafHash: logEntry.leafHash,
    })
    .from(landing)
    .innerJoin(logEntry, and(eq(logEntry.organization, landing.organization), eq(logEntry.id, landing.entry)))
    .where(
      and(
        eq(landing.organization, organization),
        eq(landing.promotion, promotion),
        eq(landing.revision, revision),
      ),
    )
    .orderBy(asc(landing.position))
  return {
    discarded: discards.length > 0,
    items: rows.map(({ origin, index, leafHash, ...item }) => ({
      ...item,
      entry: { origin, index, leafHash },
    })),
  }
}

/** A landing as the store's port answers it. */
export function landedVersion({ position, asset, version, digest, entry }: LandedVersion): LandedVersion {
  return { position, asset, version, digest, entry }
}
