import { withOrganization } from '../../db/transaction.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { type CommandResult, giveCommand } from '../stories/give-command.ts'
import { type AskedOfRollout, findRollout, requireUnchanged } from './find-rollout.ts'

export interface RollBackInput extends AskedOfRollout {
  readonly reason: string
}

/**
 * Puts back in use what was in use before this promotion, where the policy that it was routed by says `fast`: by an engineer
 * of the destination, with a key of it.
 *
 * @throws Refused when the caller may not, when nothing has landed, when what they saw has changed, or for a reason that
 *   holds a secret or data of a patient.
 */
export async function rollBack(
  context: ServiceContext,
  { promotion, seen, idempotencyKey, reason }: RollBackInput,
): Promise<CommandResult> {
  const { caller, stores } = context
  const found = await withOrganization(stores.control, caller.organization, (transaction) =>
    findRollout(transaction, caller, promotion, 'rollout.rollback'),
  )
  await refuseConfidential([{ pointer: '/reason', value: reason }])
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'rollout', id: promotion },
    kind: 'rollback',
    asReceived: { reason },
    idempotencyKey,
    async prepare(transaction) {
      requireUnchanged(found, seen)
      return { reasonText: (await saveText(transaction, reason)).text }
    },
  })
}
