import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/transaction.ts'
import type { AssetType } from '../../../../domain/asset/asset-type.ts'
import { sameJson } from '../../../../domain/asset/json/same-json.ts'
import { type AssetReference, ownReferencesOf } from '../../../../domain/asset/references/references.ts'
import { type AssetId, isUuid } from '../../../../domain/identifiers.ts'
import type { JsonValue } from '../../../../domain/json.ts'
import type { ContentProblem } from '../../content-problems.ts'
import { placesOfOtherTypes, typesOfTargets } from '../../references/check-references.ts'
import type { ReferringVersion } from '../../references/insert-references.ts'
import type { Misfit } from './misfit.ts'

/** A reference as it is on record. */
interface Recorded {
  readonly pointer: string
  readonly asset: AssetId
  readonly required: boolean
}

/** Whether a change touches what says to which assets content refers. */
export function changesReferences(before: AssetType, after: AssetType): boolean {
  const rulesOf = ({ references, partnerOwned = [] }: AssetType) =>
    ({ references, partnerOwned }) as unknown as JsonValue
  return !sameJson(rulesOf(before), rulesOf(after))
}

function recordOf({ pointer, asset, rule: { required } }: AssetReference): Recorded {
  return { pointer, asset, required }
}

/** Places at which content would have other references than are on record for it, which stay as they were written. */
function otherPlaces(
  recorded: readonly Recorded[],
  references: readonly AssetReference[],
): readonly ContentProblem[] {
  const keyOf = ({ pointer, asset, required }: Recorded) => JSON.stringify([pointer, asset, required])
  const before = new Set(recorded.map(keyOf))
  const after = new Set(references.map((reference) => keyOf(recordOf(reference))))
  const changed = new Map<string, string>()
  for (const one of recorded) {
    if (!after.has(keyOf(one))) changed.set(one.pointer, 'would not be the same reference any more')
  }
  for (const one of references) {
    if (before.has(keyOf(recordOf(one)))) continue
    const isNew = 'would be another reference than before; leave the place out first'
    changed.set(one.pointer, isUuid(one.asset) ? isNew : "would have to be an asset's id")
  }
  return [...changed].map(([pointer, message]) => ({ pointer, message }))
}

/**
 * What is wrong with the references of content on its way into production. Which assets it will find there is not known
 * yet, so that fewer types than before may stand nowhere it refers from.
 */
export function pendingReferenceProblems(
  before: AssetType,
  after: AssetType,
  content: JsonValue,
): readonly ContentProblem[] {
  if (!changesReferences(before, after)) return []
  const references = ownReferencesOf(after, content)
  const former = ownReferencesOf(before, content)
  const narrower = former.filter(({ pointer, rule }) =>
    references.some(
      (one) => one.pointer === pointer && rule.types.some((name) => !one.rule.types.includes(name)),
    ),
  )
  return [
    ...otherPlaces(former.map(recordOf), references),
    ...narrower.map(({ pointer }) => ({
      pointer,
      message: 'may name an asset of a type that could not stand here any more; ask again when it has landed',
    })),
  ]
}

async function readRecorded(
  transaction: Transaction,
  versions: readonly ReferringVersion[],
): Promise<ReadonlyMap<string, readonly Recorded[]>> {
  const { rows } = await transaction.execute<{ version: string } & Recorded & Record<string, unknown>>(sql`
    select reference.asset || '/' || reference.version as version, reference.pointer, reference.target as asset,
      reference.required
    from unnest(${sql.param(versions.map(({ environment }) => environment))}::uuid[],
      ${sql.param(versions.map(({ asset }) => asset))}::uuid[],
      ${sql.param(versions.map(({ version }) => version))}::integer[]) as given(environment, asset, version)
    join asset_reference as reference on reference.organization = ${transaction.organization}
      and reference.environment = given.environment and reference.asset = given.asset
      and reference.version = given.version
    order by reference.asset, reference.version, reference.position`)
  return Map.groupBy(rows, ({ version }) => version)
}

/**
 * Where stored versions, given with what they would refer to by changed rules, would refer to others than is on record,
 * or name an asset that stands there of a type that may not. So no circle can close either.
 */
export async function referenceMisfits(
  transaction: Transaction,
  versions: readonly ReferringVersion[],
): Promise<readonly Misfit[]> {
  if (versions.length === 0) return []
  const recorded = await readRecorded(transaction, versions)
  const misfits: Misfit[] = []
  for (const [environment, standing] of Map.groupBy(versions, (version) => version.environment)) {
    const known = standing.map((version) => ({
      ...version,
      references: version.references.filter(({ asset }) => isUuid(asset)),
    }))
    const types = await typesOfTargets(transaction, environment, known)
    for (const { asset, version, references } of standing) {
      const problems = [
        ...otherPlaces(recorded.get(`${asset}/${version}`) ?? [], references),
        ...placesOfOtherTypes(references, types),
      ]
      const place = { asset, environment, what: `version ${version}` }
      misfits.push(...problems.map((problem) => ({ ...place, ...problem })))
    }
  }
  return misfits
}
