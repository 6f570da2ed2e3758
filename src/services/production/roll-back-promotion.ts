import type { RevisionReference } from '../../domain/promotion/revision.ts'
import type { RollbackAnswer } from '../asset-store.ts'
import { notAuthorized, type ProductionContext } from './production-context.ts'
import { readAuthorizedBundle } from './read-authorized-bundle.ts'

/** Puts back in use what was in use before an authorized revision was activated. May be repeated. */
export async function rollBackPromotion(
  context: ProductionContext,
  reference: RevisionReference,
): Promise<RollbackAnswer> {
  const shown = await readAuthorizedBundle(context, reference, 'rollback')
  return shown === undefined ? notAuthorized : context.store.rollback(shown.bundle)
}
