import type { RevisionReference } from '../../domain/promotion/revision.ts'
import type { ActAnswer } from '../asset-store.ts'
import { notAuthorized, type ProductionContext } from './production-context.ts'
import { readAuthorizedBundle } from './read-authorized-bundle.ts'

/** Makes what landed for an authorized revision the version in use. May be repeated. */
export async function activatePromotion(
  context: ProductionContext,
  reference: RevisionReference,
): Promise<ActAnswer> {
  const shown = await readAuthorizedBundle(context, reference, 'activate')
  return shown === undefined ? notAuthorized : context.store.activate(shown.bundle)
}
