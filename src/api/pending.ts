import type { Context } from 'hono'
import { pendingCommandShape } from '../contract/promotions/promotions.ts'
import type { CommandId } from '../domain/identifiers.ts'
import type { ApiEnvironment } from './environment.ts'
import { jsonAnswer } from './route.ts'

/** The 202 of a verb whose command is stored, and acted on after the answer. */
export const pendingAnswer = jsonAnswer(
  pendingCommandShape,
  'Stored; it is carried out or judged later. See Location.',
)

/** Answers that a command is stored, and where its result will be. */
export function answerPending(c: Context<ApiEnvironment>, { command }: { readonly command: CommandId }) {
  c.header('Location', `/v1/commands/${command}`)
  return c.json({ command, state: 'pending' as const }, 202)
}
