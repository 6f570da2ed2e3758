import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker } from '@temporalio/worker'
import type { TemporalAddress } from '../../src/temporal/connection.ts'
import type { BareActivities } from './workflow.ts'

/** The queue of the bare workflow, which needs one of its own. */
export const bareQueue = 'bare'

const activities: BareActivities = { nothing: async () => {} }

/** Runs a worker in this process that is set up as the product's own, for a workflow that does nothing. */
export async function runBareWorker({ address, namespace }: TemporalAddress) {
  const connection = await NativeConnection.connect({ address })
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: bareQueue,
    activities,
    workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
    shutdownGraceTime: '10 seconds',
  })
  const ended = worker.run()
  return {
    async stop() {
      worker.shutdown()
      await ended
      await connection.close()
    },
  }
}
