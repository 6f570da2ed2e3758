import { setTimeout as pause } from 'node:timers/promises'

export interface Repetition {
  /** Ends the repetition after the work under way. */
  stop(): Promise<void>
}

export interface RepeatOptions {
  readonly everyMilliseconds: number
  readonly onError: (error: unknown) => void
}

/** Does some work again and again, one after the other, with a pause between; an error ends no repetition. */
export function repeat(work: () => Promise<void>, { everyMilliseconds, onError }: RepeatOptions): Repetition {
  const stopping = new AbortController()
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await work().catch(onError)
      await pause(everyMilliseconds, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
