import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** One line of JSON for each thing worth telling. Names that could hold a secret are masked whatever logs them. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    redact: {
      paths: [
        'authorization',
        'secret',
        'password',
        '*.authorization',
        '*.secret',
        '*.password',
        'error.query',
      ],
      censor: '[masked]',
    },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

const ownFrame = /(?:src|workflows|activities)\/[\w./-]+\.ts:\d+/

/**
 * An error as a log may hold it: kinds, codes, and the place in our code. Messages of databases and libraries may hold
 * SQL, parameters or content, and traces tell strangers how we are built: both stay out.
 */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { kind: typeof error }
  const place = ownFrame.exec(error.stack?.replace(/.*node_modules.*/g, '') ?? '')?.[0]
  const { cause } = error
  return {
    kind: error.name === 'Error' ? error.constructor.name : error.name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('constraint' in error && typeof error.constraint === 'string'
      ? { constraint: error.constraint }
      : {}),
    ...(place === undefined ? {} : { at: place }),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  }
}
