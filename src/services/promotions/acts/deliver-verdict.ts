import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { type Envelope, EnvelopeRefused, readEnvelope } from '../../../trust/dsse.ts'
import type { ServiceContext } from '../../context.ts'
import { requireRight } from '../../people/require-right.ts'
import { Refused } from '../../refused.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { type CommandResult, giveCommand } from '../../stories/give-command.ts'
import { findPromotion } from '../find-promotion.ts'
import { saveEnvelope } from '../verdicts/envelopes.ts'
import { readStep } from '../verdicts/read-step.ts'
import { type SignedVerdict, verifyVerdict } from '../verdicts/verify-verdict.ts'
import { refuseEnded } from './refuse-ended.ts'

export interface DeliveredVerdict {
  readonly promotion: PromotionId
  readonly step: number
  /** A DSSE envelope, as it was received. */
  readonly envelope: JsonObject
  readonly idempotencyKey: string
}

type Asked = typeof promotionTable.$inferSelect

function decoded(envelope: JsonObject): Envelope {
  try {
    return readEnvelope(envelope)
  } catch (error) {
    if (!(error instanceof EnvelopeRefused)) throw error
    const { pointer, message } = error
    throw new Refused('invalid-body', message, [{ pointer, message }])
  }
}

async function verified(
  transaction: Transaction,
  { id: promotion, state, revision, planDigest }: Asked,
  position: number,
  envelope: Envelope,
): Promise<SignedVerdict> {
  if (planDigest === null) {
    throw new Refused('illegal-state', `The promotion is ${state}: it has no plan now that could be judged.`)
  }
  const step = await readStep(transaction, promotion, revision, position)
  if (step === undefined) throw new Refused('not-found', 'The plan has no such step.')
  const { kind, name, publicKey } = step
  if (kind !== 'external') {
    throw new Refused('illegal-state', `Step "${name}" waits for people, and takes no verdict.`)
  }
  const found = verifyVerdict(envelope, { promotion, revision, step: position, planDigest, publicKey })
  if (found.kind === 'signed') return found
  const { code, detail } = found
  const errors = code === 'invalid-body' ? [{ pointer: '/payload', message: 'must be a verdict' }] : []
  throw new Refused(code, detail, errors)
}

/**
 * Brings the signed verdict of the system that a promotion's open step waits for. What counts is the signature, verified here
 * and again when it is recorded; whoever brings it signs nothing.
 *
 * @throws Refused `invalid-signature` unless it is by the key that the plan names and for this step, `precondition-failed` when
 *   it was signed for another revision or plan, `illegal-state` where it is not waited for.
 */
export async function deliverVerdict(
  context: ServiceContext,
  { promotion, step, envelope: received, idempotencyKey }: DeliveredVerdict,
): Promise<CommandResult> {
  const { caller, stores } = context
  const { organization } = caller
  const asked = await withOrganization(stores.control, organization, async (transaction) => {
    const { asked, through } = await findPromotion(transaction, caller, promotion)
    const environment = asked.destinationEnvironment
    await requireRight(transaction, caller, 'promotion.deliver-verdict', { through, environment })
    return asked
  })
  const envelope = decoded(received)
  return giveCommand(context, {
    stream: { organization, kind: 'promotion', id: promotion },
    kind: 'deliver-verdict',
    asReceived: { step, envelope: received },
    idempotencyKey,
    async prepare(transaction) {
      refuseEnded(asked, 'judge')
      const signed = await verified(transaction, asked, step, envelope)
      const { reference, revision, planDigest, verdict } = signed.statement
      if (reference !== null) {
        await refuseConfidential([{ pointer: '/payload', value: reference, name: 'reference' }])
      }
      await saveEnvelope(transaction, signed)
      return { step, revision, planDigest, verdict, envelope: signed.digest }
    },
  })
}
