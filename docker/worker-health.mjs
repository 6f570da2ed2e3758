// Exits 0 when a worker of this container polls every task queue that is named as an argument, and 1 otherwise.
import { hostname } from 'node:os'
import { Connection } from '@temporalio/client'

const activityQueue = 2
const recentMilliseconds = 120_000

async function isPolled(connection, name) {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace: process.env.TEMPORAL_NAMESPACE ?? 'default',
    taskQueue: { name },
    taskQueueType: activityQueue,
  })
  return pollers?.some(({ identity, lastAccessTime }) => {
    const lastAccess = Number(lastAccessTime?.seconds ?? 0) * 1_000
    return identity?.includes(hostname()) && Date.now() - lastAccess < recentMilliseconds
  })
}

const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS, connectTimeout: 5_000 })
const polled = await Promise.all(process.argv.slice(2).map((queue) => isPolled(connection, queue)))
await connection.close()
process.exitCode = polled.length > 0 && polled.every(Boolean) ? 0 : 1
