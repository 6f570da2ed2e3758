import type { Transaction } from '../../../db/transaction.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import { judge } from '../../../domain/rights/judge.ts'
import { type Refusal, refused } from '../../../domain/stream.ts'
import { standingOf } from '../../people/standing.ts'
import type { StoredCommand } from '../../stories/story-rules.ts'
import { readStoredEnvelope } from './envelopes.ts'
import { readStep } from './read-step.ts'
import { verifyVerdict } from './verify-verdict.ts'

/**
 * Whether a verdict may be recorded: who brings it still may, and the stored envelope, verified anew by the key in the plan's
 * row, says just this. Nothing that whoever stored it found is relied on.
 */
export async function authoriseVerdict(
  transaction: Transaction,
  { facts, revision }: PromotionState,
  event: Extract<PromotionEvent, { type: 'external-verdict' }>,
  { actor }: StoredCommand,
): Promise<Refusal | null> {
  const standing = await standingOf(transaction, actor, facts.destination)
  const forbidden = judge('promotion.deliver-verdict', standing)
  if (forbidden !== null) return forbidden
  const { promotion } = facts
  const { step, planDigest, verdict, envelope } = event
  const row = await readStep(transaction, promotion, revision, step)
  if (row?.kind !== 'external') return refused('illegal-state', 'This step takes no verdict.')
  const { publicKey } = row
  const stored = await readStoredEnvelope(transaction, envelope)
  if (stored === undefined) return refused('invalid-signature', 'No such envelope was stored.')
  const found = verifyVerdict(stored, { promotion, revision, step, planDigest, publicKey })
  if (found.kind === 'refused') return refused('invalid-signature', found.detail)
  return found.statement.verdict === verdict && found.digest === envelope
    ? null
    : refused('invalid-signature', 'This is not the verdict that was signed.')
}
