import type { ProblemCode } from '../../domain/problem-code.ts'
import { RefusedAnswer } from '../../services/refused.ts'
import type { CommandResult } from '../../services/stories/give-command.ts'

/** Raises the refusal that a command was answered with; false while it has no answer. */
export function isSettled({ answer, signIn }: CommandResult): boolean {
  if (answer?.outcome === 'refused') {
    throw new RefusedAnswer(answer.code as ProblemCode, answer.detail, [], signIn ?? undefined)
  }
  return answer !== null
}
