import type { StreamReference } from '../../domain/stream.ts'
import type { ServiceContext } from '../context.ts'
import { OrchestratorAway } from '../ports.ts'
import { markStarted } from '../relay/mark-started.ts'

/** Starts a stored story's workflow; when that cannot be told now, the relay does it later. */
export async function startStory(
  { orchestrator, stores }: Pick<ServiceContext, 'orchestrator' | 'stores'>,
  stream: StreamReference,
): Promise<void> {
  try {
    await orchestrator.start(stream)
    await markStarted(stores.control, stream)
  } catch (error) {
    if (!(error instanceof OrchestratorAway)) throw error
  }
}
