import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { type AssetId, type Digest, type EnvironmentId, identifier } from '../../../domain/identifiers.ts'
import { Refused } from '../../refused.ts'
import type { TypedAsset } from './check-file.ts'

/** What an asset of the file follows here. */
export interface Existing {
  readonly id: AssetId
  readonly type: string
  readonly name: string
  readonly version: number
}

/** The version that counts, of an asset that exists here. */
export interface Before {
  readonly digest: Digest
  readonly bytes: Uint8Array | null
}

export interface MatchedAsset {
  readonly asset: TypedAsset
  /** Its id here: the existing one's or a new one. */
  readonly target: AssetId
  readonly existing: Existing | undefined
}

const assetsAtOnce = 500

function byName({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}\n${name}`
}

// By ids and by names, and locked in the order of ids, so that no two imports wait for each other in a circle.
async function findExisting(
  transaction: Transaction,
  environment: EnvironmentId,
  assets: readonly TypedAsset[],
  how: 'read' | 'lock',
): Promise<readonly Existing[]> {
  if (assets.length === 0) return []
  const names = sql`(${assetTable.type}, ${assetTable.name}) in (select * from unnest(
    ${sql.param(assets.map(({ type }) => type))}::text[], ${sql.param(assets.map(({ name }) => name))}::text[]))`
  const ids = sql`${assetTable.id} = any(${sql.param(assets.map(({ id }) => id))}::uuid[])`
  const query = transaction
    .select({
      id: assetTable.id,
      type: assetTable.type,
      name: assetTable.name,
      version: assetTable.version,
    })
    .from(assetTable)
    .where(
      and(
        eq(assetTable.organization, transaction.organization),
        eq(assetTable.environment, environment),
        isNull(assetTable.deletedAt),
        or(ids, names),
      ),
    )
    .orderBy(asc(assetTable.id))
  return how === 'lock' ? query.for('update') : query
}

/**
 * Finds what each asset of the file stands for here: the one of the same id and type, else the only one of its type and
 * name, else a new one. With `lock`, what was found stays as it is until the transaction ends.
 *
 * @throws Refused `invalid-body` where names do not tell which one is meant.
 */
export async function matchFile(
  transaction: Transaction,
  environment: EnvironmentId,
  assets: readonly TypedAsset[],
  how: 'read' | 'lock',
): Promise<readonly MatchedAsset[]> {
  if (how === 'lock') {
    // Nobody creates an asset of the same name by another import meanwhile.
    const one = `assets.import/${transaction.organization}/${environment}`
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${one}, 0))`)
  }
  const existing = await findExisting(transaction, environment, assets, how)
  const ofId = new Map(existing.map((found) => [found.id, found]))
  const itself = (asset: TypedAsset) => {
    const found = ofId.get(asset.id)
    return found?.type === asset.type ? found : undefined
  }
  const taken = new Set(assets.flatMap((asset) => itself(asset)?.id ?? []))
  const named = Map.groupBy(
    existing.filter(({ id }) => !taken.has(id)),
    byName,
  )
  const others = Map.groupBy(
    assets.filter((asset) => itself(asset) === undefined),
    byName,
  )
  const unclear: { readonly place: number; readonly message: string }[] = []
  const matched = assets.map((asset): MatchedAsset => {
    const found = itself(asset)
    if (found !== undefined) return { asset, target: found.id, existing: found }
    const { place } = asset
    const candidates = named.get(byName(asset)) ?? []
    if (candidates.length > 1) unclear.push({ place, message: 'is the name of several assets here' })
    // Where none of that name is here, each of them is a new one.
    if (candidates.length > 0 && (others.get(byName(asset)) ?? []).length > 1) {
      unclear.push({ place, message: 'stands in the file several times with this type' })
    }
    const [candidate] = candidates
    return { asset, target: candidate?.id ?? identifier<AssetId>(uuidv7()), existing: candidate }
  })
  if (unclear.length === 0) return matched
  throw new Refused(
    'invalid-body',
    'Where ids are not of this environment, assets are told apart by type and name. Give each a name of its own.',
    unclear
      .toSorted((one, other) => one.place - other.place)
      .map(({ place, message }) => ({ pointer: `/assets/${place}/name`, message })),
  )
}

/** The versions that count of the assets that exist here, by id. */
export async function readBefore(
  transaction: Transaction,
  matched: readonly MatchedAsset[],
): Promise<ReadonlyMap<AssetId, Before>> {
  const ids = matched.flatMap(({ existing }) => existing?.id ?? [])
  const before = new Map<AssetId, Before>()
  for (let first = 0; first < ids.length; first += assetsAtOnce) {
    const rows = await transaction
      .select({ id: assetTable.id, digest: assetVersion.digest, bytes: content.bytes })
      .from(assetTable)
      .innerJoin(
        assetVersion,
        and(
          eq(assetVersion.organization, assetTable.organization),
          eq(assetVersion.asset, assetTable.id),
          eq(assetVersion.version, assetTable.version),
        ),
      )
      .innerJoin(
        content,
        and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
      )
      .where(
        and(
          eq(assetTable.organization, transaction.organization),
          inArray(assetTable.id, ids.slice(first, first + assetsAtOnce)),
        ),
      )
    for (const { id, digest, bytes } of rows) before.set(id, { digest, bytes })
  }
  return before
}

/** Which of these ids are assets of the environment, deleted ones left out. */
export async function knownAssets(
  transaction: Transaction,
  environment: EnvironmentId,
  ids: readonly AssetId[],
): Promise<ReadonlySet<AssetId>> {
  const rows = await transaction.execute<{ readonly id: AssetId }>(sql`select id from asset
    where organization = ${transaction.organization} and environment = ${environment} and deleted_at is null
      and id = any(${sql.param(ids)}::uuid[])`)
  return new Set(rows.rows.map(({ id }) => id))
}
