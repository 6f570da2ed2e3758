import { and, eq } from 'drizzle-orm'
import { checkAnswer } from '../../../../db/control/check-answer.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import type { JsonValue } from '../../../../domain/json.ts'
import type { RoutedRule } from '../../../../domain/policy/policy.ts'
import type { CheckOutcome } from '../../../../domain/preflight/checks/outcomes.ts'
import type { RevisionReference } from '../../../../domain/promotion/revision.ts'
import { canonicalBytes } from '../../../../trust/canonical.ts'
import { parseStrict } from '../../../../trust/strict-parse.ts'

// The boundary at which outcomes come back as `outcomeBytes` wrote them.
function asOutcome(stored: JsonValue): CheckOutcome {
  return stored as unknown as CheckOutcome
}

/** An outcome as it is stored. */
export function outcomeBytes(outcome: CheckOutcome): Uint8Array {
  return canonicalBytes(outcome as unknown as JsonValue)
}

/** What came of asking the checks of a rule about a revision, by their name. */
export async function readCheckOutcomes(
  transaction: Transaction,
  { promotion, revision }: Pick<RevisionReference, 'promotion' | 'revision'>,
  { rule, position }: RoutedRule,
): Promise<ReadonlyMap<string, CheckOutcome>> {
  if (rule.checks === undefined) return new Map()
  const rows = await transaction
    .select({ name: checkAnswer.name, outcome: checkAnswer.outcome })
    .from(checkAnswer)
    .where(
      and(
        eq(checkAnswer.organization, transaction.organization),
        eq(checkAnswer.promotion, promotion),
        eq(checkAnswer.revision, revision),
        eq(checkAnswer.rule, position),
      ),
    )
  return new Map(rows.map(({ name, outcome }) => [name, asOutcome(parseStrict(outcome))]))
}
