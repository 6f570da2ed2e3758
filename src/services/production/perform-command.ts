import type { CommandId, OrganizationId } from '../../domain/identifiers.ts'
import type { ActAnswer } from '../asset-store.ts'
import type { ProductionContext } from './production-context.ts'
import { readAuthorizedAct } from './read-authorized-act.ts'

/**
 * Carries out one authorized act outside a promotion. May be repeated.
 *
 * @throws AuthorizedBytesDiffer when control shows other bytes than the person sent.
 */
export async function performCommand(
  context: ProductionContext,
  asked: { readonly organization: OrganizationId; readonly command: CommandId },
): Promise<ActAnswer> {
  const act = await readAuthorizedAct(context, asked)
  return act.kind === 'refused' ? act : context.store.perform(act)
}
