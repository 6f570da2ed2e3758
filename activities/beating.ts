import { Context } from '@temporalio/activity'

const everyMilliseconds = 2_000

/**
 * Does work that waits for others and says meanwhile that it is alive, so that another worker takes over soon when this one
 * dies. It ends by itself: what has to stop it at a cancellation is part of the work.
 */
export async function beating<Result>(work: () => Promise<Result>): Promise<Result> {
  const context = Context.current()
  const beat = setInterval(() => context.heartbeat(), everyMilliseconds)
  try {
    return await work()
  } finally {
    clearInterval(beat)
  }
}
