import { and, desc, eq, type SQL } from 'drizzle-orm'
import { asset } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { wasDiscarded } from '../../../db/version-marks.ts'
import {
  type AssetId,
  type Digest,
  type Instant,
  instant,
  type PersonId,
  type PromotionId,
} from '../../../domain/identifiers.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'
import { stagingAuthors } from './staging-authors.ts'

/** A version of an asset, which never changes. */
export interface VersionState {
  readonly asset: AssetId
  readonly type: string
  readonly name: string
  readonly version: number
  readonly digest: Digest
  /** Who wrote it, or is behind its landing. */
  readonly author: PersonId
  /** The promotion that landed it; null for a version written by hand. */
  readonly promotion: PromotionId | null
  /** Who wrote in staging what it landed; null for a version written by hand. */
  readonly stagingAuthor: PersonId | null
  /** Whether its landing was taken back: such a version never counted. */
  readonly discarded: boolean
  readonly createdAt: Instant
}

/** Versions that `filter` picks, newest first, of an asset of this environment; undefined when there is no such asset. */
export async function readVersions(
  { control, environment }: OpenEnvironment,
  transaction: Transaction,
  id: AssetId,
  filter: SQL | undefined,
  limit: number,
): Promise<readonly VersionState[] | undefined> {
  const { organization } = transaction
  const [owner] = await transaction
    .select({ type: asset.type })
    .from(asset)
    .where(and(eq(asset.organization, organization), eq(asset.id, id), eq(asset.environment, environment)))
  if (owner === undefined) return undefined
  const rows = await transaction
    .select({
      version: assetVersion.version,
      name: assetVersion.name,
      digest: assetVersion.digest,
      author: assetVersion.author,
      promotion: assetVersion.promotion,
      discarded: wasDiscarded,
      createdAt: assetVersion.createdAt,
    })
    .from(assetVersion)
    .where(and(eq(assetVersion.organization, organization), eq(assetVersion.asset, id), filter))
    .orderBy(desc(assetVersion.version))
    .limit(limit)
  const landed = rows.flatMap(({ promotion }) => (promotion === null ? [] : [promotion]))
  const authors = await stagingAuthors(control, id, landed)
  return rows.map((row) => {
    const stagingAuthor = authors.get(row.version) ?? null
    return { ...row, asset: id, type: owner.type, stagingAuthor, createdAt: instant(row.createdAt) }
  })
}
