import { and, eq, inArray, isNull } from 'drizzle-orm'
import { association } from '../../../db/control/association.ts'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content as contentTable } from '../../../db/every-store/content.ts'
import { reading } from '../../../db/transaction.ts'
import { ownReferencesOf } from '../../../domain/asset/references/references.ts'
import { type AssetId, isUuid } from '../../../domain/identifiers.ts'
import type { Dependency } from '../../../domain/plan/plan.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { findTypes } from '../../assets/types/find-types.ts'
import type { ServiceContext } from '../../context.ts'
import { storeOfEnvironment } from '../../environments/store-of-environment.ts'
import type { AskedBundle } from './asked-bundle.ts'

/** A staging asset that a bundle needs, or could use, and that production lacks. */
export interface OfferedAsset {
  readonly id: AssetId
  readonly type: string
  readonly name: string
  readonly version: number
  /** Whether something required leads to it. */
  readonly required: boolean
}

const mostOffered = 200

async function readAssets(
  context: ServiceContext,
  { fromEnvironment }: AskedBundle,
  ids: readonly AssetId[],
) {
  const source = await storeOfEnvironment(context, fromEnvironment)
  return reading(source, context.caller.organization, (transaction) =>
    transaction
      .select({
        id: assetTable.id,
        type: assetTable.type,
        name: assetTable.name,
        version: assetTable.version,
        bytes: contentTable.bytes,
      })
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
        contentTable,
        and(
          eq(contentTable.organization, assetVersion.organization),
          eq(contentTable.digest, assetVersion.digest),
        ),
      )
      .where(
        and(
          eq(assetTable.organization, transaction.organization),
          eq(assetTable.environment, fromEnvironment),
          inArray(assetTable.id, [...ids]),
          isNull(assetTable.deletedAt),
        ),
      ),
  )
}

async function withoutPartner(
  { caller, stores }: ServiceContext,
  { toEnvironment }: AskedBundle,
  ids: readonly AssetId[],
): Promise<ReadonlySet<AssetId>> {
  if (ids.length === 0) return new Set()
  const rows = await reading(stores.control, caller.organization, (transaction) =>
    transaction
      .select({ source: association.sourceAsset })
      .from(association)
      .where(
        and(
          eq(association.organization, transaction.organization),
          eq(association.destinationEnvironment, toEnvironment),
          inArray(association.sourceAsset, [...ids]),
        ),
      ),
  )
  const linked = new Set(rows.map(({ source }) => source))
  return new Set(ids.filter((id) => !linked.has(id)))
}

/** One way to an asset: from another one that was found, or from the bundle itself. */
interface Way {
  readonly from: AssetId | null
  readonly to: AssetId
  readonly required: boolean
}

/** Everything that required ways alone lead to from the bundle. */
function requiredAlong(ways: readonly Way[]): ReadonlySet<AssetId> {
  const from = Map.groupBy(
    ways.filter((way) => way.required),
    (way) => way.from,
  )
  const reached = new Set<AssetId>()
  const follow = (start: AssetId | null) => {
    for (const { to } of from.get(start) ?? []) reached.add(to)
  }
  follow(null)
  for (const one of reached) follow(one)
  return reached
}

function waysFrom(dependencies: readonly Dependency[]): readonly Way[] {
  return dependencies.flatMap(({ on, required, resolution }) =>
    resolution === 'missing' && isUuid(on) ? [{ from: null, to: on, required }] : [],
  )
}

/**
 * The staging assets that a bundle leads to and production lacks: what its references name, what these refer to, and so
 * on, nearest first. Each is offered once, as required where any way to it is. At most 200.
 */
export async function offeredAssets(
  context: ServiceContext,
  bundle: AskedBundle,
  dependencies: readonly Dependency[],
): Promise<readonly OfferedAsset[]> {
  const { caller, stores } = context
  const known = new Set<AssetId>(bundle.promotingAssets.map(({ id }) => id))
  const offered: Omit<OfferedAsset, 'required'>[] = []
  const ways: Way[] = [...waysFrom(dependencies)]
  let wanted = new Set(ways.map(({ to }) => to))
  while (wanted.size > 0 && offered.length < mostOffered) {
    for (const id of wanted) known.add(id)
    const rows = await readAssets(context, bundle, [...wanted])
    const types = await reading(stores.control, caller.organization, (transaction) =>
      findTypes(
        transaction,
        rows.map(({ type }) => type),
      ),
    )
    const next = new Set<AssetId>()
    for (const { id, type: name, name: called, version, bytes } of rows) {
      const type = types.get(name)
      if (type === undefined || !type.promotable) continue
      offered.push({ id, type: name, name: called, version })
      for (const { asset, rule } of bytes === null ? [] : ownReferencesOf(type, parseStrict(bytes))) {
        if (!isUuid(asset)) continue
        ways.push({ from: id, to: asset, required: rule.required })
        if (!known.has(asset)) next.add(asset)
      }
    }
    wanted = new Set(await withoutPartner(context, bundle, [...next]))
  }
  const required = requiredAlong(ways)
  return offered.slice(0, mostOffered).map((one) => ({ ...one, required: required.has(one.id) }))
}
