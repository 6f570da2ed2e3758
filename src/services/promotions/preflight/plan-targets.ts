import type { StorePool } from '../../../db/pool.ts'
import { withOrganization } from '../../../db/transaction.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import { isReferenceBinding } from '../../../domain/plan/binding.ts'
import { rememberedTargets } from '../../../domain/preflight/remembered.ts'
import type { RevisionReference } from '../../../domain/promotion/revision.ts'
import type { PlannedRequest } from './planned-request.ts'
import { readFrozenRequest } from './read-request.ts'
import { readSurroundings, type Surroundings } from './surroundings.ts'

/** Every production asset that a plan may change or name, sorted. */
export function targetsOf(
  { assets, document }: PlannedRequest,
  { partners, lastPromoted }: Surroundings,
): readonly AssetId[] {
  const associated = [...partners.values()].map(({ target }) => target)
  const bound = document.bindings.filter(isReferenceBinding).map(({ to }) => to)
  const adopted = document.adopt.map(({ target }) => target)
  const remembered = assets.flatMap(({ asset, type }) => {
    const last = lastPromoted.get(asset)
    return last === undefined ? [] : [...rememberedTargets(type, last).values()]
  })
  return [...new Set([...associated, ...bound, ...adopted, ...remembered])].sort()
}

/** The same for a revision, so that production can be asked for their baselines. */
export async function planTargets(
  control: StorePool,
  { organization, promotion, revision }: RevisionReference,
): Promise<readonly AssetId[]> {
  return withOrganization(control, organization, async (transaction) => {
    const request = await readFrozenRequest(transaction, promotion, revision)
    return targetsOf(request, await readSurroundings(transaction, request))
  })
}
