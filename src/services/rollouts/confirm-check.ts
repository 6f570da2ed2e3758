import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { readOwnName } from '../people/read-own-name.ts'
import { Refused } from '../refused.ts'
import { type CommandResult, giveCommand } from '../stories/give-command.ts'
import { type AskedOfRollout, findRollout, requireUnchanged } from './find-rollout.ts'
import { readRollout } from './load-rollout.ts'

export interface ConfirmInput extends AskedOfRollout {
  /** A line of the signed checklist, word for word. */
  readonly check: string
}

// Of lines that read the same, the first one that is not confirmed.
async function lineOf(transaction: Transaction, id: PromotionId, check: string): Promise<number> {
  const { organization } = transaction
  const { state, plan } = await readRollout(transaction, { organization, kind: 'rollout', id })
  const checklist = plan.validation?.checklist ?? []
  const lines = checklist.flatMap((text, place) => (text === check ? [place + 1] : []))
  const [first] = lines
  if (first === undefined) {
    const known = checklist.map((text) => `"${text}"`).join(', ')
    const message = known === '' ? 'the signed plan has no checklist' : `must be one of ${known}`
    throw new Refused('invalid-body', 'The signed checklist has no such line.', [
      { pointer: '/check', message },
    ])
  }
  return lines.find((line) => !state.confirmed.includes(line)) ?? first
}

/**
 * Says that a line of the signed checklist holds, under one's name: by an engineer of the destination, with a key of it, and
 * never by a service account.
 *
 * @throws Refused when the caller may not, when the checklist has no such line, when nothing has landed, or when what they
 *   saw has changed.
 */
export async function confirmCheck(
  context: ServiceContext,
  { promotion, seen, idempotencyKey, check }: ConfirmInput,
): Promise<CommandResult> {
  const { caller, stores } = context
  const found = await withOrganization(stores.control, caller.organization, (transaction) =>
    findRollout(transaction, caller, promotion, 'rollout.confirm'),
  )
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'rollout', id: promotion },
    kind: 'confirm',
    asReceived: { check },
    idempotencyKey,
    async prepare(transaction) {
      requireUnchanged(found, seen)
      const line = await lineOf(transaction, promotion, check)
      const printedName = await saveText(transaction, await readOwnName(transaction, caller))
      return { check: line, printedNameText: printedName.text }
    },
  })
}
