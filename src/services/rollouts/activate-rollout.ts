import { heardLater, withOrganization } from '../../db/transaction.ts'
import type { ServiceContext } from '../context.ts'
import { type CommandResult, giveCommand } from '../stories/give-command.ts'
import { type AskedOfRollout, findRollout, requireUnchanged } from './find-rollout.ts'
import { readSecretPlaces, refuseMissingSecrets } from './refuse-missing-secrets.ts'

/**
 * Takes what a promotion landed into use. An act of its own, by an engineer of the destination, with a key of it.
 *
 * @throws Refused when the caller may not, when nothing has landed, when production lacks a secret of it, or when what
 *   they saw has changed.
 */
export async function activateRollout(
  context: ServiceContext,
  { promotion, seen, idempotencyKey }: AskedOfRollout,
): Promise<CommandResult> {
  const { caller, stores } = context
  const found = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const landed = await findRollout(transaction, caller, promotion, 'rollout.activate')
    return { ...landed, places: await readSecretPlaces(transaction, landed) }
  })
  // A repetition gets its first answer, whatever has become of the secrets.
  const supplied = heardLater(refuseMissingSecrets(context, found.destination, found.places))
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'rollout', id: promotion },
    kind: 'activate',
    asReceived: {},
    idempotencyKey,
    async prepare() {
      requireUnchanged(found, seen)
      await supplied
      return {}
    },
  })
}
