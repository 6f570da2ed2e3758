import type { RevisionReference } from '../../domain/promotion/revision.ts'
import { digestOf } from '../../trust/canonical.ts'
import type { LandAnswer } from '../asset-store.ts'
import { AuthorizedBytesDiffer, notAuthorized, type ProductionContext } from './production-context.ts'
import { readAuthorizedBundle } from './read-authorized-bundle.ts'

/**
 * Lands an authorized revision in production. May be repeated.
 *
 * @throws AuthorizedBytesDiffer when control shows other bytes than were approved.
 */
export async function landPromotion(
  context: ProductionContext,
  reference: RevisionReference,
): Promise<LandAnswer> {
  const shown = await readAuthorizedBundle(context, reference, 'land')
  if (shown === undefined) return notAuthorized
  if (shown.erased) return { kind: 'refused', code: 'content-erased' }
  if (shown.bundle.items.some(({ bytes, digest }) => digestOf(bytes) !== digest))
    throw new AuthorizedBytesDiffer()
  return context.store.land(shown.bundle)
}
