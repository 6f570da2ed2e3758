import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import { landsOff } from '../../domain/asset/landing.ts'
import type { RevisionReference } from '../../domain/promotion/revision.ts'
import {
  type ActivationHindrance,
  activationHindrances,
  type LandedItem,
} from '../../domain/rollout/automatic.ts'
import type { Baseline } from '../asset-store.ts'
import { findTypes } from '../assets/types/find-types.ts'
import { missingIn } from '../assets/view/missing-in.ts'
import { digestOfPlace } from '../assets/view/read-baselines.ts'
import { freezesInForce } from '../freezes/freezes-in-force.ts'
import { readPromotion } from '../promotions/story/read-routed-promotion.ts'
import { readLanded } from './read-landed.ts'

/**
 * What speaks against activating a landed revision without a person, as it is now: types that land turned off, secrets that
 * production lacks, targets that hold something else by now, and freezes. Windows are for landing, which is over.
 */
export async function findActivationHindrances(
  control: StorePool,
  reference: RevisionReference,
  baselines: readonly Baseline[],
): Promise<readonly ActivationHindrance[]> {
  return withOrganization(control, reference.organization, async (transaction) => {
    const { destinationEnvironment } = await readPromotion(transaction, reference.promotion)
    const rows = await readLanded(transaction, reference)
    const types = await findTypes(
      transaction,
      rows.map(({ type }) => type),
    )
    const items = rows.map(({ position, type: name, target, digest, version, bytes }): LandedItem => {
      const type = types.get(name)
      const now = baselines.find(({ asset }) => asset === target)
      const sealed = now?.sealed ?? []
      return {
        position,
        target,
        landsOff: type === undefined || landsOff(type),
        stands: bytes !== null && now?.version === version && now?.digest === digest,
        missingSecrets: missingIn(type, bytes).filter((place) => !sealed.includes(digestOfPlace(place)))
          .length,
      }
    })
    return activationHindrances(items, await freezesInForce(transaction, destinationEnvironment))
  })
}
