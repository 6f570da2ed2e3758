import type { RevisionReference } from '../../domain/promotion/revision.ts'
import { notAuthorized, type ProductionContext, type RefusedAct } from './production-context.ts'
import { readAuthorizedBundle } from './read-authorized-bundle.ts'

/** Takes an authorized revision's landing back, or makes sure that it never happens. May be repeated. */
export async function discardPromotion(
  context: ProductionContext,
  reference: RevisionReference,
): Promise<{ readonly kind: 'discarded' } | RefusedAct> {
  const shown = await readAuthorizedBundle(context, reference, 'discard')
  if (shown === undefined) return notAuthorized
  await context.store.discard(shown.bundle)
  return { kind: 'discarded' }
}
