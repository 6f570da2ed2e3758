import type { AssetId, CommandId } from '../../domain/identifiers.ts'
import type { StreamReference } from '../../domain/stream.ts'
import type { ServiceContext } from '../context.ts'
import { OrchestratorAway } from '../ports.ts'
import { RefusedAnswer } from '../refused.ts'
import { startStory } from '../stories/start-story.ts'
import { readProductionCommand } from './read-production-command.ts'
import type { RequestedCommand } from './request-production-command.ts'

/** A stored act: carried out, or still on its way. */
export type SettledCommand =
  | { readonly kind: 'performed'; readonly asset: AssetId; readonly replayed: boolean }
  | { readonly kind: 'pending'; readonly command: CommandId; readonly replayed: boolean }

const settleMilliseconds = 10_000

async function waitForEnd({ orchestrator }: ServiceContext, stream: StreamReference, deadline: number) {
  try {
    await orchestrator.finished(stream, Math.max(0, deadline - Date.now()))
  } catch (error) {
    if (!(error instanceof OrchestratorAway)) throw error
  }
}

/**
 * Has a stored act carried out and waits a while for what came of it. What is not settled by then stays stored and is
 * judged later.
 *
 * @throws Refused when production, or the rights at that moment, said no.
 */
export async function settleProductionCommand(
  context: ServiceContext,
  { command, replayed }: RequestedCommand,
): Promise<SettledCommand> {
  const deadline = Date.now() + settleMilliseconds
  const stream = {
    organization: context.caller.organization,
    kind: 'production-command',
    id: command,
  } as const
  let outcome = await readProductionCommand(context, command)
  if (outcome.kind === 'pending') {
    await startStory(context, stream)
    await waitForEnd(context, stream, deadline)
    outcome = await readProductionCommand(context, command)
  }
  switch (outcome.kind) {
    case 'pending':
      return { kind: 'pending', command, replayed }
    case 'refused':
      throw new RefusedAnswer(outcome.code, outcome.detail)
    case 'performed':
      return { kind: 'performed', asset: outcome.asset, replayed }
    default:
      return outcome satisfies never
  }
}
