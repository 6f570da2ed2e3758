import { and, eq } from 'drizzle-orm'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { landing } from '../../db/environment/landing.ts'
import { content } from '../../db/every-store/content.ts'
import type { StorePool } from '../../db/pool.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { digest, type OrganizationId, type PromotionId } from '../../domain/identifiers.ts'
import type { LandAnswer } from '../../services/asset-store.ts'
import { digestOf } from '../../trust/canonical.ts'
import { findLanding, landedVersion } from './statements/find-landing.ts'

/**
 * What landed for a revision, each digest computed from the stored bytes and not copied from any column. Refuses with
 * `not-landed`, `discarded` or `content-erased`; reading leaves no entry in the log.
 */
export function readBack(
  pool: StorePool,
  organization: OrganizationId,
  promotion: PromotionId,
  revision: number,
): Promise<LandAnswer> {
  return withOrganization(pool, organization, async (transaction): Promise<LandAnswer> => {
    const { discarded, items } = await findLanding(transaction, promotion, revision)
    if (discarded) return { kind: 'refused', code: 'discarded' }
    if (items.length === 0) return { kind: 'refused', code: 'not-landed' }
    const bytes = await bytesByPosition(transaction, promotion, revision)
    const landed = []
    for (const item of items) {
      const stored = bytes.get(item.position)
      if (!stored) return { kind: 'refused', code: 'content-erased' }
      landed.push({ ...landedVersion(item), digest: digest(digestOf(stored)) })
    }
    return { kind: 'landed', items: landed }
  })
}

async function bytesByPosition(
  transaction: Transaction,
  promotion: PromotionId,
  revision: number,
): Promise<ReadonlyMap<number, Uint8Array | null>> {
  const rows = await transaction
    .select({ position: landing.position, bytes: content.bytes })
    .from(landing)
    .innerJoin(
      assetVersion,
      and(
        eq(assetVersion.organization, landing.organization),
        eq(assetVersion.asset, landing.asset),
        eq(assetVersion.version, landing.version),
      ),
    )
    .innerJoin(
      content,
      and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
    )
    .where(
      and(
        eq(landing.organization, transaction.organization),
        eq(landing.promotion, promotion),
        eq(landing.revision, revision),
      ),
    )
  return new Map(rows.map(({ position, bytes }) => [position, bytes]))
}
