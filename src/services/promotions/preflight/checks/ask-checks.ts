import { checkAnswer } from '../../../../db/control/check-answer.ts'
import { insertRows } from '../../../../db/insert-rows.ts'
import type { StorePool } from '../../../../db/pool.ts'
import { withOrganization } from '../../../../db/transaction.ts'
import { violatedConstraint } from '../../../../db/violated-constraint.ts'
import { durationMilliseconds } from '../../../../domain/policy/duration.ts'
import type { CheckOutcome } from '../../../../domain/preflight/checks/outcomes.ts'
import type { RevisionReference } from '../../../../domain/promotion/revision.ts'
import { digestOf } from '../../../../trust/canonical.ts'
import { signWebhook } from '../../../../trust/webhook-signature.ts'
import type { Baseline } from '../../../asset-store.ts'
import { appendEntries, type EntryDraft } from '../../../audit/append-entries.ts'
import type { Outside } from '../../../ports.ts'
import type { PlannedRequest } from '../planned-request.ts'
import { readGround } from '../read-ground.ts'
import { readFrozenRequest } from '../read-request.ts'
import { type RoutedRequest, routeRequest } from '../route-request.ts'
import { outcomeBytes, readCheckOutcomes } from './check-outcomes.ts'
import { type CheckKey, privateCheckKey } from './keys/check-key.ts'
import { type Question, questionsOf } from './question.ts'
import { readAnswer } from './read-answer.ts'

/** What checks are asked with. */
export interface AskingChecks {
  readonly control: StorePool
  readonly outside: Outside
  /** Undefined where none was configured. */
  readonly key: CheckKey | undefined
}

const noKey: CheckOutcome = Object.freeze({
  kind: 'unanswered',
  detail:
    'Questions are signed, and this installation has no key to sign with. Whoever runs it has to set ' +
    "COUNTERSIGN_CHECKS_KEY for control's worker.",
})

/** The checks of the rule that routes a revision which were not asked yet, and all that they are asked with. */
interface Asking {
  readonly reference: RevisionReference
  readonly request: PlannedRequest
  readonly routed: RoutedRequest
  readonly questions: readonly Question[]
}

async function whatToAsk(
  control: StorePool,
  reference: RevisionReference,
  baselines: readonly Baseline[],
): Promise<Asking> {
  const { organization, promotion, revision } = reference
  return withOrganization(control, organization, async (transaction) => {
    const request = await readFrozenRequest(transaction, promotion, revision)
    const routed = await routeRequest(request, await readGround(transaction, request, baselines))
    const outcomes = await readCheckOutcomes(transaction, reference, routed.routed)
    const questions = questionsOf(request, routed).filter(({ check }) => !outcomes.has(check.name))
    return { reference, request, routed, questions }
  })
}

async function ask(
  { outside, key }: AskingChecks,
  { request: { organization, assets } }: Asking,
  { check, id, body }: Question,
): Promise<CheckOutcome> {
  if (key === undefined) return noKey
  const message = { id, sentAtSeconds: Math.floor(Date.now() / 1000), body }
  const answer = await outside({
    url: check.url,
    deadlineMilliseconds: durationMilliseconds(check.deadline),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...signWebhook([privateCheckKey(key, organization)], message),
    },
    body,
  })
  return answer.kind === 'answered'
    ? readAnswer(answer, new Set(assets.map(({ asset }) => asset)))
    : { kind: 'unanswered', detail: answer.detail }
}

function entryOf({ request, routed }: Asking, { place }: Question, outcome: CheckOutcome): EntryDraft {
  const { promotion, revision, requester, destination } = request
  return {
    type: 'promotion.check-answered',
    subject: `promotion/${promotion}`,
    actor: { person: requester, via: 'workflow' },
    environment: destination,
    promotion,
    details: {
      revision,
      policy: { version: request.policyVersion, rule: routed.routed.position, check: place },
      outcome: outcome.kind,
      findings: outcome.kind === 'answered' ? outcome.findings.length : null,
      digest: digestOf(outcomeBytes(outcome)),
    },
  }
}

// What comes after the plan was drafted, from an attempt that was given up, counts no more and is forgotten.
async function keepOutcome(
  { control }: AskingChecks,
  asking: Asking,
  question: Question,
  outcome: CheckOutcome,
): Promise<void> {
  const { organization, promotion, revision } = asking.reference
  const { position: rule } = asking.routed.routed
  const { name } = question.check
  const row = { organization, promotion, revision, rule, name, outcome: outcomeBytes(outcome) }
  try {
    await withOrganization(control, organization, async (transaction) => {
      const stored = await insertRows(transaction, checkAnswer, [row], 'ignore')
      if (stored > 0) await appendEntries(transaction, [entryOf(asking, question, outcome)])
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'check_answer_before_the_plan') throw error
  }
}

/**
 * Asks the checks of the rule that routes a revision, all at once, and keeps what came of each as soon as it is known. One
 * that was asked before is not asked again, so that it is safe to repeat. Whatever a check does is an outcome, no error.
 *
 * @throws NeverStored when there is no such revision, or it has not been frozen.
 */
export async function askChecks(
  asking: AskingChecks,
  reference: RevisionReference,
  baselines: readonly Baseline[],
): Promise<void> {
  const found = await whatToAsk(asking.control, reference, baselines)
  const kept = found.questions.map(async (question) =>
    keepOutcome(asking, found, question, await ask(asking, found, question)),
  )
  // All of them end before an error is told: the next attempt asks only what was not kept.
  for (const one of await Promise.allSettled(kept)) if (one.status === 'rejected') throw one.reason
}
