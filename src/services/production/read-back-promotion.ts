import type { RevisionReference } from '../../domain/promotion/revision.ts'
import type { LandAnswer } from '../asset-store.ts'
import type { ProductionContext } from './production-context.ts'

/** What stands in production for a revision, with digests computed from its bytes again. */
export function readBackPromotion(
  { store }: ProductionContext,
  { organization, promotion, revision }: RevisionReference,
): Promise<LandAnswer> {
  return store.readBack(organization, promotion, revision)
}
