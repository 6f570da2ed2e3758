import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { instant, type PromotionId } from '../../domain/identifiers.ts'
import { isUnderValidation } from '../../domain/rollout/rollout.ts'
import { describeMissing, missingToComplete } from '../../domain/rollout/validation.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { readOwnName } from '../people/read-own-name.ts'
import { Refused } from '../refused.ts'
import { type CommandResult, giveCommand } from '../stories/give-command.ts'
import { type AskedOfRollout, findRollout, requireUnchanged } from './find-rollout.ts'
import { readRollout } from './load-rollout.ts'

// The workflow knows the lines by their numbers. Whoever asks is told at once, and in the words that were signed.
async function refuseMissing(transaction: Transaction, id: PromotionId): Promise<void> {
  const { organization } = transaction
  const { state, plan } = await readRollout(transaction, { organization, kind: 'rollout', id })
  if (!isUnderValidation(state)) return
  const missing = describeMissing(missingToComplete(state, instant(Date.now())), plan.validation?.checklist)
  if (missing.length > 0) throw new Refused('illegal-state', `It does not go live yet. ${missing.join(' ')}`)
}

/**
 * Takes live what is in use, under one's name: by an engineer of the destination, with a key of it, and never by a service
 * account.
 *
 * @throws Refused when the caller may not, when nothing has landed, when a line of the checklist is open or the soak is not
 *   over, or when what they saw has changed.
 */
export async function completeRollout(
  context: ServiceContext,
  { promotion, seen, idempotencyKey }: AskedOfRollout,
): Promise<CommandResult> {
  const { caller, stores } = context
  const found = await withOrganization(stores.control, caller.organization, (transaction) =>
    findRollout(transaction, caller, promotion, 'rollout.complete'),
  )
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'rollout', id: promotion },
    kind: 'complete',
    asReceived: {},
    idempotencyKey,
    async prepare(transaction) {
      requireUnchanged(found, seen)
      await refuseMissing(transaction, promotion)
      const printedName = await saveText(transaction, await readOwnName(transaction, caller))
      return { printedNameText: printedName.text }
    },
  })
}
