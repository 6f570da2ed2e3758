import { and, eq, inArray } from 'drizzle-orm'
import { association } from '../../../db/control/association.ts'
import type { StorePool } from '../../../db/pool.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import { referencesOf } from '../../../domain/asset/references/references.ts'
import { type AssetId, isUuid } from '../../../domain/identifiers.ts'
import type { RevisionReference } from '../../../domain/promotion/revision.ts'
import { type FrozenRequest, readFrozenRequest } from './read-request.ts'

/** Production's partners of a request's assets, and of whatever their content refers to: staging id to production id. */
export async function associatedTargets(
  transaction: Transaction,
  { asked, assets }: FrozenRequest,
): Promise<ReadonlyMap<AssetId, AssetId>> {
  const ids = new Set(assets.map(({ asset }) => asset))
  for (const { type, content } of assets) {
    // What a partner owns may be any text, which is no asset's id.
    for (const reference of referencesOf(type, content)) {
      if (isUuid(reference.asset)) ids.add(reference.asset)
    }
  }
  const rows = await transaction
    .select({ source: association.sourceAsset, target: association.targetAsset })
    .from(association)
    .where(
      and(
        eq(association.organization, transaction.organization),
        eq(association.destinationEnvironment, asked.destinationEnvironment),
        inArray(association.sourceAsset, [...ids]),
      ),
    )
  return new Map(rows.map(({ source, target }) => [source, target]))
}

/** Every production asset that a plan may change or name, so that production can be asked for their baselines. */
export async function planTargets(
  control: StorePool,
  reference: RevisionReference,
): Promise<readonly AssetId[]> {
  const { organization, promotion, revision } = reference
  return withOrganization(control, organization, async (transaction) => {
    const request = await readFrozenRequest(transaction, promotion, revision)
    const associated = await associatedTargets(transaction, request)
    const bound = request.document.bindings.flatMap((binding) =>
      binding.kind === 'reference' ? [binding.to] : [],
    )
    return [...new Set([...associated.values(), ...bound])].sort()
  })
}
