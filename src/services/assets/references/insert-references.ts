import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetReference } from '../../../domain/asset/references/references.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'

/** A version with what its content refers to. */
export interface ReferringVersion {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly version: number
  readonly references: readonly AssetReference[]
}

/** Stores what versions refer to, in the transaction that writes them. */
export async function insertReferences(
  transaction: Transaction,
  versions: readonly ReferringVersion[],
): Promise<void> {
  const rows = versions.flatMap(({ asset, environment, version, references }) =>
    references.map(({ pointer, asset: target, rule: { required } }, place) => {
      return { asset, environment, version, position: place + 1, pointer, target, required }
    }),
  )
  if (rows.length === 0) return
  // By arrays: content may hold more references than a statement takes parameters.
  await transaction.execute(sql`insert into asset_reference
      (organization, environment, asset, version, position, pointer, target, required)
    select ${transaction.organization}::uuid, given.* from unnest(
      ${sql.param(rows.map(({ environment }) => environment))}::uuid[],
      ${sql.param(rows.map(({ asset }) => asset))}::uuid[],
      ${sql.param(rows.map(({ version }) => version))}::integer[],
      ${sql.param(rows.map(({ position }) => position))}::integer[],
      ${sql.param(rows.map(({ pointer }) => pointer))}::text[],
      ${sql.param(rows.map(({ target }) => target))}::uuid[],
      ${sql.param(rows.map(({ required }) => required))}::boolean[]) as given`)
}
