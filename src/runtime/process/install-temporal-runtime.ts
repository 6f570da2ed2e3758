import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker'
import { describeError, type Logger } from '../../telemetry/logger.ts'

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const

function forward(logger: Logger, { level, message, meta }: LogEntry): void {
  const { sdkComponent, taskQueue, workflowId, activityType, error } = meta ?? {}
  logger[levels[level]](
    {
      component: `temporal ${sdkComponent ?? 'sdk'}`,
      queue: taskQueue,
      workflow: workflowId,
      activity: activityType,
      ...(error === undefined ? {} : { error: describeError(error) }),
    },
    message,
  )
}

/**
 * Sends what Temporal's library has to say into our log and leaves signals to us: it would stop its workers at the first
 * one, while requests that wait for them are still under way. Once in a process, before any worker.
 */
export function installTemporalRuntime(logger: Logger): void {
  const told = logger.isLevelEnabled('debug') ? 'DEBUG' : 'WARN'
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger(told, (entry) => forward(logger, entry)),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  })
}
