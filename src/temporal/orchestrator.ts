import { setTimeout as pause } from 'node:timers/promises'
import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import type { Answer, CommandClaim, StreamKind, StreamReference } from '../domain/stream.ts'
import { type Delivery, type Orchestrator, OrchestratorAway } from '../services/ports.ts'

const workflowTypes: Readonly<Record<StreamKind, string>> = Object.freeze({
  promotion: 'promotionWorkflow',
  rollout: 'rolloutWorkflow',
  review: 'reviewWorkflow',
  'production-command': 'productionCommandWorkflow',
})

const pending: Delivery = Object.freeze({ kind: 'pending' })

/** The id of a stream's one workflow. */
export function workflowId({ kind, id }: StreamReference): string {
  return `${kind}/${id}`
}

async function start(client: Client, stream: StreamReference): Promise<void> {
  try {
    await client.withDeadline(Date.now() + 5_000, () =>
      client.workflow.start(workflowTypes[stream.kind], {
        workflowId: workflowId(stream),
        taskQueue: 'control',
        args: [stream],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    )
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return
    throw new OrchestratorAway('the workflow service did not take the start', { cause: error })
  }
}

// An update that no worker has taken, one too many in flight, or a server that is away: the command is stored, and the
// same id may be sent again.
function mayBeRetried(error: unknown): boolean {
  return (
    isGrpcServiceError(error) ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    (error instanceof WorkflowUpdateFailedError &&
      /UnprocessedUpdate|AcceptedUpdateCompletedWorkflow/.test(typeOf(error)))
  )
}

function typeOf({ cause }: WorkflowUpdateFailedError): string {
  return cause !== undefined && 'type' in cause ? String(cause.type) : ''
}

async function deliver(
  client: Client,
  stream: StreamReference,
  claim: CommandClaim,
  withinMilliseconds: number,
): Promise<Delivery> {
  const deadline = Date.now() + withinMilliseconds
  let started = false
  for (let wait = 50; ; wait = Math.min(wait * 2, 1_000)) {
    try {
      const answer = await client.withDeadline(deadline, () =>
        client.workflow.getHandle(workflowId(stream)).executeUpdate<Answer, [CommandClaim]>('command', {
          updateId: claim.id,
          args: [claim],
        }),
      )
      return { kind: 'answered', answer }
    } catch (error) {
      // Stored and not started yet, or ended: a second start changes neither.
      const absent: boolean = error instanceof WorkflowNotFoundError && !started
      if (absent) await start(client, stream).catch(() => {})
      started = started || absent
      if (!(absent || mayBeRetried(error)) || Date.now() + wait >= deadline) return pending
    }
    await pause(wait)
  }
}

async function finished(
  client: Client,
  stream: StreamReference,
  withinMilliseconds: number,
): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + withinMilliseconds, () =>
      client.workflow.getHandle(workflowId(stream)).result(),
    )
    return true
  } catch {
    return false
  }
}

/** The orchestrator port over Temporal: one workflow for each stream, one update for each command. */
export function createOrchestrator(client: Client): Orchestrator {
  return {
    start: (stream) => start(client, stream),
    deliver: (stream, claim, within) => deliver(client, stream, claim, within),
    finished: (stream, within) => finished(client, stream, within),
    async lookAgain(stream) {
      await client
        .withDeadline(Date.now() + 2_000, () =>
          client.workflow.getHandle(workflowId(stream)).signal('look-again'),
        )
        .catch(() => {})
    },
    async ready() {
      try {
        await client.withDeadline(Date.now() + 2_000, () =>
          client.connection.workflowService.getSystemInfo({}),
        )
        return true
      } catch {
        return false
      }
    },
  }
}
