import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import { StoreRefused } from '../store-refused.ts'

/** An asset with the fence that an act on it came with. */
export interface Fenced {
  readonly target: AssetId
  readonly fence: number
}

// Rows are taken in ascending order of their asset, so that two bundles that share assets never wait in a circle.
function raised({ organization }: Transaction, fenced: readonly Fenced[], onConflict: SQL): SQL {
  const assets = fenced.map(({ target }) => target)
  const fences = fenced.map(({ fence }) => fence)
  return sql`insert into fence (organization, asset, highest)
    select ${organization}, asked.asset, asked.highest
    from unnest(${sql.param(assets)}::uuid[], ${sql.param(fences)}::bigint[]) as asked(asset, highest)
    order by asked.asset
    on conflict (organization, asset) do update set ${onConflict} returning asset`
}

/**
 * Takes the fences of a whole bundle; until the transaction ends no other act touches these assets.
 *
 * @throws StoreRefused `fenced` when a higher fence was seen on any of them.
 */
export async function takeFences(transaction: Transaction, fenced: readonly Fenced[]): Promise<void> {
  const { rows } = await transaction.execute(
    raised(transaction, fenced, sql`highest = excluded.highest where fence.highest <= excluded.highest`),
  )
  if (rows.length < fenced.length) throw new StoreRefused('fenced')
}

/** Raises the fences that are lower, leaves the others, and holds all of them until the transaction ends. */
export async function raiseFences(transaction: Transaction, fenced: readonly Fenced[]): Promise<void> {
  await transaction.execute(
    raised(transaction, fenced, sql`highest = greatest(fence.highest, excluded.highest)`),
  )
}
