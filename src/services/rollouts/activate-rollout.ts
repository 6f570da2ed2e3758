import { and, eq } from 'drizzle-orm'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import { heardLater, withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { checkPrecondition } from '../idempotency/check-precondition.ts'
import { requireRight } from '../people/require-right.ts'
import { findPromotion } from '../promotions/find-promotion.ts'
import { Refused } from '../refused.ts'
import { type CommandResult, giveCommand } from '../stories/give-command.ts'
import { readSecretPlaces, refuseMissingSecrets } from './refuse-missing-secrets.ts'

export interface ActivateInput {
  readonly promotion: PromotionId
  /** Tags of what the person saw; `*` for any. */
  readonly seen: readonly string[]
  readonly idempotencyKey: string
}

/**
 * Takes what a promotion landed live. An act of its own, by an engineer of the destination, with a key of it.
 *
 * @throws Refused when the caller may not, when nothing has landed, when production lacks a secret of it, or when what
 *   they saw has changed.
 */
export async function activateRollout(context: ServiceContext, input: ActivateInput): Promise<CommandResult> {
  const { caller, stores } = context
  const { promotion, seen, idempotencyKey } = input
  const { state, destination, places } = await withOrganization(
    stores.control,
    caller.organization,
    async (transaction) => {
      const { asked, through } = await findPromotion(transaction, caller, promotion)
      const environment = asked.destinationEnvironment
      await requireRight(transaction, caller, 'rollout.activate', { through, environment })
      const [rollout] = await transaction
        .select({ state: rolloutTable.state, revision: rolloutTable.revision })
        .from(rolloutTable)
        .where(and(eq(rolloutTable.organization, caller.organization), eq(rolloutTable.id, promotion)))
      if (rollout === undefined)
        throw new Refused('illegal-state', 'Nothing has landed that could be activated.')
      const { state, revision } = rollout
      const places = await readSecretPlaces(transaction, { promotion, revision })
      return { state, destination: environment, places }
    },
  )
  // A repetition gets its first answer, whatever has become of the secrets.
  const supplied = heardLater(refuseMissingSecrets(context, destination, places))
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'rollout', id: promotion },
    kind: 'activate',
    asReceived: {},
    idempotencyKey,
    async prepare() {
      checkPrecondition(seen, state)
      await supplied
      return {}
    },
  })
}
