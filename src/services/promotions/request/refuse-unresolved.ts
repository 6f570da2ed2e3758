import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import { Refused } from '../../refused.ts'
import type { Pin } from '../preflight/request-document.ts'
import type { AskedBundle } from './asked-bundle.ts'

const shownProblems = 100

/**
 * Sees to it that every reference of the pinned versions leads somewhere: to an asset of the source, or by a binding of
 * the request to one of production. Whether the id exists anywhere else makes no difference.
 *
 * @throws Refused `invalid-body` naming the places.
 */
export async function refuseUnresolved(
  transaction: Transaction,
  { fromEnvironment, bindings }: Pick<AskedBundle, 'fromEnvironment' | 'bindings'>,
  pins: readonly Pick<Pin, 'asset' | 'version'>[],
): Promise<void> {
  const bound = bindings.flatMap((binding) => (binding.kind === 'reference' ? [binding.from] : []))
  const { rows } = await transaction.execute<{ place: string; pointer: string }>(sql`
    select pinned.place, reference.pointer
    from unnest(${sql.param(pins.map(({ asset }) => asset))}::uuid[],
      ${sql.param(pins.map(({ version }) => version))}::integer[]) with ordinality as pinned(asset, version, place)
    join asset_reference as reference on reference.organization = ${transaction.organization}
      and reference.environment = ${fromEnvironment} and reference.asset = pinned.asset
      and reference.version = pinned.version
    where reference.target <> all (${sql.param(bound)}::uuid[])
      and not exists (select from asset as target where target.organization = reference.organization
        and target.environment = reference.environment and target.id = reference.target
        and target.deleted_at is null)
    order by pinned.place, reference.position limit ${shownProblems}`)
  if (rows.length === 0) return
  throw new Refused(
    'invalid-body',
    'A reference names no asset of the source environment. Bring that asset in, or bind the reference to one of production.',
    rows.map(({ place, pointer }) => ({
      pointer: `/promotingAssets/${Number(place) - 1}`,
      message: `its content names at ${pointer} no asset of the source environment`,
    })),
  )
}
