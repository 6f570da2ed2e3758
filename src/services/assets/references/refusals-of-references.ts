import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import { dependencyOrder } from '../../../domain/plan/order.ts'
import { Refused } from '../../refused.ts'
import { refuseCircle, refuseOtherTypes, typesOfTargets } from './check-references.ts'
import type { ReferringVersion } from './insert-references.ts'
import { lockReferences } from './lock-references.ts'

/** Why a version may not refer to what it does. */
export interface RefusedReferences {
  readonly asset: AssetId
  readonly refused: Refused
}

/** Whether what these assets refer to, and that in turn, leads in any circle. */
async function hasCircle(
  transaction: Transaction,
  environment: EnvironmentId,
  assets: readonly AssetId[],
): Promise<boolean> {
  const { rows } = await transaction.execute<{ source: AssetId; targets: readonly AssetId[] }>(sql`
    with recursive reached(id) as (
      select given.id from unnest(${sql.param(assets)}::uuid[]) as given(id)
      union
      select reference.target from reached
      join asset as middle on middle.organization = ${transaction.organization} and middle.id = reached.id
        and middle.environment = ${environment} and middle.deleted_at is null
      join asset_reference as reference on reference.organization = middle.organization
        and reference.asset = middle.id and reference.version = middle.version)
    select middle.id as source, array_agg(distinct reference.target) as targets from reached
    join asset as middle on middle.organization = ${transaction.organization} and middle.id = reached.id
      and middle.environment = ${environment} and middle.deleted_at is null
    join asset_reference as reference on reference.organization = middle.organization
      and reference.asset = middle.id and reference.version = middle.version
    group by middle.id`)
  return (
    dependencyOrder(rows.map(({ source, targets }) => ({ asset: source, references: targets }))).kind ===
    'cycle'
  )
}

/**
 * Judges what versions refer to that were written together, and stand: as `checkReferences` does, but in few statements
 * where nothing is wrong. From here to the end of the transaction no other references are written here.
 */
export async function refusalsOfReferences(
  transaction: Transaction,
  environment: EnvironmentId,
  versions: readonly ReferringVersion[],
): Promise<readonly RefusedReferences[]> {
  const referring = versions.filter(({ references }) => references.length > 0)
  if (referring.length === 0) return []
  await lockReferences(transaction, environment)
  const types = await typesOfTargets(transaction, environment, referring)
  const ids = referring.map(({ asset }) => asset)
  const mayCircle = await hasCircle(transaction, environment, ids)
  const refusals: RefusedReferences[] = []
  for (const version of referring) {
    try {
      refuseOtherTypes(version, types)
      if (mayCircle) await refuseCircle(transaction, version)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refusals.push({ asset: version.asset, refused: error })
    }
  }
  return refusals
}
