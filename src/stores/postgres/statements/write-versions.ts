import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { asset } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetReference } from '../../../domain/asset/references/references.ts'
import type { AssetId, Digest, EnvironmentId, PersonId, PromotionId } from '../../../domain/identifiers.ts'
import { compareText } from '../../../domain/plan/compare-text.ts'
import { insertReferences } from '../../../services/assets/references/insert-references.ts'
import { StoreRefused } from '../store-refused.ts'

/** A version to be written, of an asset that exists or is created with it. */
export interface NewVersion {
  readonly asset: AssetId
  readonly created: boolean
  readonly environment: EnvironmentId
  readonly type: string
  readonly name: string
  readonly version: number
  readonly digest: Digest
  readonly references: readonly AssetReference[]
  readonly person: PersonId
  readonly promotion: PromotionId | null
  /** The log entry that tells of it. */
  readonly entry: string
}

/**
 * Stores bytes by their digest where they are not stored yet. The database checks them against it.
 *
 * @throws StoreRefused `content-erased` when any of them were erased here.
 */
export async function saveContent(
  transaction: Transaction,
  contents: readonly { readonly digest: Digest; readonly bytes: Uint8Array }[],
): Promise<void> {
  const { organization } = transaction
  // In one order for everybody, so that two bundles with contents in common never wait in a circle.
  const rows = contents
    .map(({ digest, bytes }) => ({ organization, digest, bytes }))
    .toSorted((one, other) => compareText(one.digest, other.digest))
  await insertRows(transaction, content, rows, 'ignore')
  const digests = rows.map(({ digest }) => digest)
  const erased = await transaction
    .select({ digest: content.digest })
    .from(content)
    .where(
      and(eq(content.organization, organization), inArray(content.digest, digests), isNull(content.bytes)),
    )
    .limit(1)
  if (erased.length > 0) throw new StoreRefused('content-erased')
}

/** Writes versions whose content is stored and makes each the newest of its asset. The active ones stay active. */
export async function writeVersions(
  transaction: Transaction,
  versions: readonly NewVersion[],
): Promise<void> {
  if (versions.length === 0) return
  const { organization } = transaction
  const created = versions.filter((one) => one.created)
  if (created.length > 0) {
    const rows = created.map(({ asset: id, environment, type, name, version, person }) => {
      return { organization, id, environment, type, name, version, createdBy: person, updatedBy: person }
    })
    await insertRows(transaction, asset, rows)
  }
  const updated = versions.filter((one) => !one.created)
  if (updated.length > 0) {
    await transaction.execute(sql`update asset
      set version = written.version, name = written.name, updated_at = now(), updated_by = written.person
      from unnest(${sql.param(updated.map((one) => one.asset))}::uuid[],
        ${sql.param(updated.map(({ version }) => version))}::integer[],
        ${sql.param(updated.map(({ name }) => name))}::text[],
        ${sql.param(updated.map(({ person }) => person))}::uuid[]) as written(id, version, name, person)
      where asset.organization = ${organization} and asset.id = written.id`)
  }
  await insertRows(
    transaction,
    assetVersion,
    versions.map(({ asset: id, version, digest, name, person, promotion, entry }) => {
      return { organization, asset: id, version, digest, name, author: person, promotion, entry }
    }),
  )
  await insertReferences(transaction, versions)
}
