import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import { type ReferenceEdge, referenceCircle } from '../../../domain/asset/references/reference-circle.ts'
import type { AssetReference } from '../../../domain/asset/references/references.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import { Refused } from '../../refused.ts'
import type { ContentProblem } from '../content-problems.ts'
import type { ReferringVersion } from './insert-references.ts'
import { lockReferences } from './lock-references.ts'

const shownProblems = 100
const shownAssets = 20

/**
 * Judges what a version about to be written refers to. A reference to an asset that this environment does not have is
 * allowed, whoever else may have it. From here to the end of the transaction no other references are written here; a
 * version that production's worker writes later is judged early, and so without a hold on what comes in between.
 *
 * @throws Refused `invalid-body` where an asset of another type stands than may stand there, `reference-cycle` where
 * the references would lead back to the asset.
 */
export async function checkReferences(transaction: Transaction, version: ReferringVersion): Promise<void> {
  if (version.references.length === 0) return
  await lockReferences(transaction, version.environment)
  refuseOtherTypes(version, await typesOfTargets(transaction, version.environment, [version]))
  await refuseCircle(transaction, version)
}

function targetsOf(versions: readonly ReferringVersion[]): readonly AssetId[] {
  return [...new Set(versions.flatMap(({ references }) => references.map(({ asset }) => asset)))]
}

/** The types of what versions refer to, as far as their environment has it. */
export async function typesOfTargets(
  transaction: Transaction,
  environment: EnvironmentId,
  versions: readonly ReferringVersion[],
): Promise<ReadonlyMap<AssetId, string>> {
  const { rows } = await transaction.execute<{ id: AssetId; type: string }>(sql`
    select id, type from asset where organization = ${transaction.organization} and environment = ${environment}
      and id = any(${sql.param(targetsOf(versions))}::uuid[]) and deleted_at is null`)
  return new Map(rows.map(({ id, type }) => [id, type]))
}

/** Where an asset of another type stands than may stand there. */
export function placesOfOtherTypes(
  references: readonly AssetReference[],
  types: ReadonlyMap<AssetId, string>,
): readonly ContentProblem[] {
  return references.flatMap(({ pointer, asset, rule }) => {
    const type = types.get(asset)
    if (type === undefined || rule.types.includes(type)) return []
    const message = `names an asset of type ${type}; ${rule.types.join(' or ')} may stand here`
    return [{ pointer, message }]
  })
}

/** Throws Refused `invalid-body` where an asset of another type stands than may stand there. */
export function refuseOtherTypes(version: ReferringVersion, types: ReadonlyMap<AssetId, string>): void {
  const problems = placesOfOtherTypes(version.references, types)
  if (problems.length === 0) return
  throw new Refused(
    'invalid-body',
    'A reference names an asset of another type than may stand there.',
    problems
      .slice(0, shownProblems)
      .map(({ pointer, message }) => ({ pointer: `/content${pointer}`, message })),
  )
}

/** Throws Refused `reference-cycle` where the references of a version lead back to its asset. */
export async function refuseCircle(transaction: Transaction, version: ReferringVersion): Promise<void> {
  const circle = referenceCircle(version.asset, await edgesOfCircle(transaction, version))
  if (circle === null) return
  const [, next = version.asset] = circle
  const more = circle.length > shownAssets ? `, and ${circle.length - shownAssets} more` : ''
  const message = `leads back to this asset: ${[...circle.slice(0, shownAssets)].join(' → ')}${more}`
  const places = version.references.filter(({ asset }) => asset === next).slice(0, shownProblems)
  throw new Refused(
    'reference-cycle',
    'The references of this asset would lead back to it. Leave out the one that closes the circle.',
    places.map(({ pointer }) => ({ pointer: `/content${pointer}`, message })),
  )
}

/**
 * All references that lead on from those that the version adds, if they lead back to its asset; else none. None is
 * followed twice, and none at all for an asset that no other one refers to, as is every new one.
 */
async function edgesOfCircle(
  transaction: Transaction,
  version: ReferringVersion,
): Promise<readonly ReferenceEdge[]> {
  const { organization } = transaction
  const { asset, environment } = version
  // Laterally and without pulling up, so that each round looks up what it follows instead of joining whole tables.
  const { rows } = await transaction.execute<{ source: AssetId; target: AssetId }>(sql`
    with recursive walked(source, target) as (
      select ${asset}::uuid, added.target
      from unnest(${sql.param(targetsOf([version]))}::uuid[]) as added(target)
      where (added.target = ${asset} or exists (select from asset_reference as incoming
          join asset as referrer on referrer.organization = incoming.organization and referrer.id = incoming.asset
            and referrer.version = incoming.version and referrer.deleted_at is null
          where incoming.organization = ${organization} and incoming.environment = ${environment}
            and incoming.target = ${asset} and incoming.asset <> ${asset}))
        and not exists (select from asset_reference as before where before.organization = ${organization}
          and before.environment = ${environment} and before.asset = ${asset}
          and before.version = ${version.version - 1} and before.target = added.target)
      union
      select walked.target, following.target from walked cross join lateral (
        select reference.target from asset as middle
        join asset_reference as reference on reference.organization = middle.organization
          and reference.environment = middle.environment and reference.asset = middle.id
          and reference.version = middle.version
        where middle.organization = ${organization} and middle.environment = ${environment}
          and middle.id = walked.target and middle.deleted_at is null
        offset 0) as following
      where walked.target <> ${asset})
    select source, target from walked where exists (select from walked where target = ${asset})`)
  return rows
}
