const signals = ['SIGTERM', 'SIGINT'] as const

// An interrupt typed at a terminal reaches us twice when npm passes its own on; a second one by intent comes later.
const echoMilliseconds = 1_000

/** Settles when the process is asked to end, by a signal. After that, asking again ends it at once. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      resolve()
      setTimeout(() => {
        for (const signal of signals) process.removeListener(signal, stop)
      }, echoMilliseconds).unref()
    }
    for (const signal of signals) process.on(signal, stop)
  })
}
