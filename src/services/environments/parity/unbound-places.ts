import { and, desc, eq, inArray, isNull, lt, notInArray, sql } from 'drizzle-orm'
import { association } from '../../../db/control/association.ts'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import type { StorePool } from '../../../db/pool.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import { matchPointer } from '../../../domain/asset/json/pointer.ts'
import { referencesOf } from '../../../domain/asset/references/references.ts'
import { builtInAssetTypes } from '../../../domain/asset/registry.ts'
import { type AssetId, type EnvironmentId, isUuid } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { findTypes } from '../../assets/types/find-types.ts'

/** A place of the source for whose value the destination has no counterpart: never the value itself. */
export interface UnboundPlace {
  readonly asset: AssetId
  readonly type: string
  readonly pointer: string
  readonly place: 'reference' | 'binding'
}

export interface UnboundPage {
  readonly places: readonly UnboundPlace[]
  /** The last asset that was looked at; null when there is no other. */
  readonly next: AssetId | null
}

export interface UnboundQuery {
  readonly source: EnvironmentId
  readonly destination: EnvironmentId
  readonly after?: AssetId
  readonly limit: number
}

// A request looks at no more assets than this; the next page goes on where it ended.
const examinedAtMost = 2_000
const batch = 200

// Content of an organization's own types is read whatever it holds.
const typesWithoutPlaces = builtInAssetTypes
  .filter(({ promotable, references, bindings }) => !promotable || references.length + bindings.length === 0)
  .map(({ name }) => name)

interface Examined {
  readonly id: AssetId
  readonly type: string
  readonly content: JsonValue
}

async function readBatch(
  store: StorePool,
  { organization }: Transaction,
  { source, after }: UnboundQuery,
): Promise<readonly Examined[]> {
  const rows = await withOrganization(store, organization, (transaction) =>
    transaction
      .select({ id: assetTable.id, type: assetTable.type, bytes: content.bytes })
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
          eq(assetTable.organization, organization),
          eq(assetTable.environment, source),
          isNull(assetTable.deletedAt),
          notInArray(assetTable.type, typesWithoutPlaces),
          after === undefined ? undefined : lt(assetTable.id, after),
        ),
      )
      .orderBy(desc(assetTable.id))
      .limit(batch),
  )
  // What was erased has no places any more, and still counts as looked at.
  return rows.map(({ id, type, bytes }) => ({
    id,
    type,
    content: bytes === null ? null : parseStrict(bytes),
  }))
}

/** The places that the destination's last promotion of an asset bound, by the asset; only of those that are linked. */
async function boundPlaces(
  control: Transaction,
  destination: EnvironmentId,
  assets: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, ReadonlySet<string>>> {
  const rows = await control
    .select({
      asset: association.sourceAsset,
      pointers: sql<string[]>`coalesce((
        select jsonb_agg(binding -> 'pointer') from promotion_revision as planned,
          jsonb_array_elements(convert_from(planned.plan, 'UTF8')::jsonb -> 'items') as item,
          jsonb_array_elements(item -> 'bindings') as binding
        where planned.organization = ${association.organization} and planned.promotion = ${association.promotion}
          and planned.revision = ${association.revision}
          and (item ->> 'position')::integer = ${association.position}), '[]')`,
    })
    .from(association)
    .where(
      and(
        eq(association.organization, control.organization),
        eq(association.destinationEnvironment, destination),
        inArray(association.sourceAsset, [...assets]),
      ),
    )
  return new Map(rows.map(({ asset, pointers }) => [asset, new Set(pointers)]))
}

async function placesOf(
  control: Transaction,
  destination: EnvironmentId,
  examined: readonly Examined[],
): Promise<readonly UnboundPlace[]> {
  const types = await findTypes(
    control,
    examined.map(({ type }) => type),
  )
  const found = examined.flatMap(({ id, type, content: value }) => {
    const rules = types.get(type)
    return rules === undefined || !rules.promotable
      ? []
      : [{ id, rules, value, references: referencesOf(rules, value) }]
  })
  // What a partner owns may be any text: it stands for no asset, and for none that was promoted.
  const named = found.flatMap(({ id, references }) => [
    id,
    ...references.flatMap(({ asset }) => (isUuid(asset) ? [asset] : [])),
  ])
  const bound = await boundPlaces(control, destination, [...new Set(named)])
  return found.flatMap(({ id, rules, value, references }): UnboundPlace[] => [
    ...references
      .filter(({ asset, pointer }) => !(bound.has(asset) || bound.get(id)?.has(pointer)))
      .map(({ pointer }): UnboundPlace => ({ asset: id, type: rules.name, pointer, place: 'reference' })),
    ...rules.bindings
      .flatMap((pattern) => matchPointer(value, pattern))
      .filter((place) => place.value !== null && !bound.get(id)?.has(place.pointer))
      .map(({ pointer }): UnboundPlace => ({ asset: id, type: rules.name, pointer, place: 'binding' })),
  ])
}

/**
 * Places of the source's promotable assets, newest asset first, that name something the destination has no counterpart
 * of: a reference to an asset that was never promoted there, or a value that no promotion has bound. Ends after the asset
 * with which `limit` is reached.
 */
export async function readUnboundPlaces(
  control: Transaction,
  store: StorePool,
  query: UnboundQuery,
): Promise<UnboundPage> {
  const places: UnboundPlace[] = []
  let after = query.after
  for (let looked = 0; looked < examinedAtMost; looked += batch) {
    const examined = await readBatch(store, control, after === undefined ? query : { ...query, after })
    const ofBatch = Map.groupBy(await placesOf(control, query.destination, examined), ({ asset }) => asset)
    for (const { id } of examined) {
      places.push(...(ofBatch.get(id) ?? []))
      after = id
      if (places.length >= query.limit) return { places, next: id }
    }
    if (examined.length < batch) return { places, next: null }
  }
  return { places, next: after ?? null }
}
