import { and, eq, inArray, sql } from 'drizzle-orm'
import { content } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import {
  type AssetId,
  type Digest,
  type Instant,
  instant,
  type PersonId,
} from '../../../domain/identifiers.ts'
import { compareText } from '../../../domain/plan/compare-text.ts'

/** A version that was asked for, and the newest one of its asset that was promoted before; 0 where none was. */
export interface PinnedAsset {
  readonly asset: AssetId
  readonly version: number
  readonly digest: Digest
  readonly promotedVersion: number
}

/** A pinned version as its source holds it, without its content. */
export interface PinnedVersion {
  readonly name: string
  readonly author: PersonId
  readonly writtenAt: Instant
  /** Everybody who edited the asset since its last promotion, sorted. */
  readonly editors: readonly PersonId[]
}

/** The same with its content. */
export interface PinnedContent extends PinnedVersion {
  /** Undefined once it was erased. */
  readonly bytes: Uint8Array | undefined
}

type Row = {
  asset: AssetId
  version: number
  digest: Digest
  name: string
  author: PersonId
  created_at: Date
}

async function versionsSince(
  transaction: Transaction,
  pins: readonly PinnedAsset[],
): Promise<ReadonlyMap<AssetId, readonly Row[]>> {
  const { rows } = await transaction.execute<Row>(sql`
    select version.asset, version.version, encode(version.digest, 'hex') as digest, version.name, version.author,
      version.created_at
    from unnest(${sql.param(pins.map(({ asset }) => asset))}::uuid[],
      ${sql.param(pins.map(({ version, promotedVersion }) => Math.min(promotedVersion, version - 1)))}::integer[],
      ${sql.param(pins.map(({ version }) => version))}::integer[]) as pinned(asset, after, upto)
    join asset_version as version on version.organization = ${transaction.organization}
      and version.asset = pinned.asset and version.version > pinned.after and version.version <= pinned.upto`)
  return Map.groupBy(rows, ({ asset }) => asset)
}

/**
 * Pinned versions with their editors, in the order asked, as the transaction's store holds them.
 *
 * @throws Error for a pin whose digest is not that of the version.
 */
export async function readPinnedVersions<Pin extends PinnedAsset>(
  transaction: Transaction,
  pins: readonly Pin[],
): Promise<readonly (Pin & PinnedVersion)[]> {
  const versions = await versionsSince(transaction, pins)
  return pins.map((pin) => {
    const since = versions.get(pin.asset) ?? []
    const pinned = since.find(({ version }) => version === pin.version)
    if (pinned?.digest !== pin.digest) throw new Error('a pinned version is not in the source store')
    return {
      ...pin,
      name: pinned.name,
      author: pinned.author,
      writtenAt: instant(pinned.created_at),
      editors: [...new Set(since.map(({ author }) => author))].sort(compareText),
    }
  })
}

/** The same with their bytes. */
export async function readPinned<Pin extends PinnedAsset>(
  transaction: Transaction,
  pins: readonly Pin[],
): Promise<readonly (Pin & PinnedContent)[]> {
  const versions = await readPinnedVersions(transaction, pins)
  const digests = pins.map(({ digest }) => digest)
  const stored = await transaction
    .select({ digest: content.digest, bytes: content.bytes })
    .from(content)
    .where(and(eq(content.organization, transaction.organization), inArray(content.digest, digests)))
  const bytesOf = new Map(stored.map(({ digest, bytes }) => [digest, bytes ?? undefined]))
  return versions.map((version) => ({ ...version, bytes: bytesOf.get(version.digest) }))
}
