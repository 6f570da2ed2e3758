import { and, eq, isNull, sql } from 'drizzle-orm'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { heardLater, reading, type Transaction } from '../../../db/transaction.ts'
import type { AssetId, Digest } from '../../../domain/identifiers.ts'
import { repeatedAssets } from '../../../domain/plan/repeated-assets.ts'
import type { ServiceContext } from '../../context.ts'
import { storeOfEnvironment } from '../../environments/store-of-environment.ts'
import { Refused } from '../../refused.ts'
import type { Pin } from '../preflight/request-document.ts'
import type { AskedAsset, AskedBundle } from './asked-bundle.ts'
import { refuseUnresolved } from './refuse-unresolved.ts'

interface Wanted {
  readonly asset: AssetId
  readonly type: string
  readonly version: number
}

async function wantedVersions(
  transaction: Transaction,
  { promotingAssets, fromEnvironment }: AskedBundle,
): Promise<readonly Wanted[]> {
  const rows = await transaction
    .select({ id: assetTable.id, type: assetTable.type, version: assetTable.version })
    .from(assetTable)
    .where(
      and(
        eq(assetTable.organization, transaction.organization),
        eq(assetTable.environment, fromEnvironment),
        sql`${assetTable.id} = any (${sql.param(promotingAssets.map(({ id }) => id))}::uuid[])`,
        isNull(assetTable.deletedAt),
      ),
    )
  const newest = new Map(rows.map((row) => [row.id, row]))
  return promotingAssets.map(({ id, type, version }, place) => {
    const known = newest.get(id)
    if (known === undefined || known.type !== type) {
      throw new Refused('not-found', 'The source environment has no such asset of that type.', [
        { pointer: `/promotingAssets/${place}`, message: 'is not an asset of the source environment' },
      ])
    }
    return { asset: id, type, version: version ?? known.version }
  })
}

function pinOf(
  wanted: Wanted,
  place: number,
  found: { readonly digest: Digest; readonly erased: boolean } | undefined,
): Pin {
  const pointer = `/promotingAssets/${place}/version`
  if (found === undefined) {
    throw new Refused('not-found', 'The asset has no such version.', [
      { pointer, message: 'is no version of this asset' },
    ])
  }
  if (found.erased) {
    throw new Refused('illegal-state', 'The content of this version was erased. Promote another version.', [
      { pointer, message: 'has no content any more' },
    ])
  }
  return { ...wanted, digest: found.digest }
}

async function pinsOf(transaction: Transaction, wanted: readonly Wanted[]): Promise<readonly Pin[]> {
  const { rows } = await transaction.execute<{ asset: AssetId; digest: Digest; erased: boolean }>(sql`
    select version.asset, encode(version.digest, 'hex') as digest, content.bytes is null as erased
    from unnest(${sql.param(wanted.map(({ asset }) => asset))}::uuid[],
      ${sql.param(wanted.map(({ version }) => version))}::integer[]) as asked(asset, version)
    join asset_version as version on version.organization = ${transaction.organization}
      and version.asset = asked.asset and version.version = asked.version
    join content on content.organization = version.organization and content.digest = version.digest`)
  const found = new Map(rows.map((row) => [row.asset, row]))
  return wanted.map((one, place) => pinOf(one, place, found.get(one.asset)))
}

function refuseRepeated(promotingAssets: readonly AskedAsset[]): void {
  const ids = promotingAssets.map(({ id }) => id)
  const [repeated] = repeatedAssets(ids)
  if (repeated === undefined) return
  throw new Refused('invalid-body', 'An asset is promoted once in a promotion.', [
    { pointer: `/promotingAssets/${ids.lastIndexOf(repeated)}`, message: 'is named before' },
  ])
}

/**
 * Pins the versions a request names, with their digests as the source's store holds them.
 *
 * @throws Refused for an asset named twice, one that is not in the source, a version it does not have, one that was
 * erased, or a reference that neither the source nor a binding resolves.
 */
export async function findPins(context: ServiceContext, bundle: AskedBundle): Promise<readonly Pin[]> {
  refuseRepeated(bundle.promotingAssets)
  const source = await storeOfEnvironment(context, bundle.fromEnvironment)
  return reading(source, context.caller.organization, async (transaction) => {
    const wanted = await wantedVersions(transaction, bundle)
    const resolving = heardLater(refuseUnresolved(transaction, bundle, wanted))
    const pins = await pinsOf(transaction, wanted)
    await resolving
    return pins
  })
}
