import { pino } from 'pino'
import { createLogger, type Logger } from '../../telemetry/logger.ts'

/** The log of a whole process, on its standard error: standard output is for people. */
export function processLogger(level: string): Logger {
  return createLogger(level, pino.destination(2))
}
