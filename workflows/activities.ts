import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { ControlActivities, ProductionActivities, SourceActivities } from './ports.ts'

const patience = {
  initialInterval: '200 milliseconds',
  backoffCoefficient: 2,
  maximumInterval: '10 seconds',
} as const

// A refused input stays refused, however often it is tried.
const retry = { ...patience, nonRetryableErrorTypes: ['NeverStored', 'AuthorizedBytesDiffer'] }

/** The workflow's own steps: local, so that a step costs no round trip to the server. */
export const ownStep = proxyLocalActivities<ControlActivities>({ startToCloseTimeout: '10 seconds', retry })

/**
 * What a person's command is recorded by: ordinary, so that the command is in the workflow's history before its vote is
 * in the database; eager, so that it costs little more.
 */
export const asked = proxyActivities<ControlActivities>({
  startToCloseTimeout: '10 seconds',
  retry,
  allowEagerDispatch: true,
})

/** Preflight reads and renders; it may take longer than a local activity should. */
export const preflight = proxyActivities<ControlActivities>({ startToCloseTimeout: '15 seconds', retry })

/** Hosts outside are asked all at once, each given a minute at most; what one answered is kept when another attempt follows. */
export const outside = proxyActivities<ControlActivities>({
  startToCloseTimeout: '100 seconds',
  heartbeatTimeout: '10 seconds',
  retry,
})

// The queue of a store's worker goes by the store's name; a story that was begun without one means the shared store.
const sharedSource = 'staging'
const sharedProduction = 'production'

/** What the worker of a source environment's store does. */
export function sourceOf(store: string = sharedSource) {
  return proxyActivities<SourceActivities>({ taskQueue: store, startToCloseTimeout: '15 seconds', retry })
}

/** What the worker of a production environment's store does. */
export function productionOf(store: string = sharedProduction) {
  return proxyActivities<ProductionActivities>({ taskQueue: store, startToCloseTimeout: '15 seconds', retry })
}

/**
 * Landing has a limit of its own: what has not landed by then is discarded again. One attempt never takes all of it, so
 * that a worker that dies leaves another one the time to find out what it did.
 */
export function productionWithin(milliseconds: number, store: string = sharedProduction) {
  return proxyActivities<ProductionActivities>({
    taskQueue: store,
    startToCloseTimeout: Math.min(Math.ceil(milliseconds / 2), 10_000),
    scheduleToCloseTimeout: milliseconds,
    retry,
  })
}

/** Undoing is tried often and for long, and then given to people instead of being forgotten. */
export function compensationOf(store: string = sharedProduction) {
  return proxyActivities<ProductionActivities>({
    taskQueue: store,
    startToCloseTimeout: '15 seconds',
    retry: { ...retry, maximumAttempts: 20 },
  })
}

// A sweep comes again: what does not answer soon is left to the next one.
const sweepRetry = { ...retry, maximumAttempts: 5 }

export const sweep = proxyActivities<ControlActivities>({
  startToCloseTimeout: '15 seconds',
  scheduleToCloseTimeout: '2 minutes',
  retry: sweepRetry,
})

/** Production computes digests of many assets for a sweep. */
export function sweptProductionOf(store: string) {
  return proxyActivities<ProductionActivities>({
    taskQueue: store,
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: '2 minutes',
    retry: sweepRetry,
  })
}
