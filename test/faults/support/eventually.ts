import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks again and again until the answer is yes.
 *
 * @throws Error that says what did not happen in time.
 */
export async function eventually(
  what: string,
  isSo: () => Promise<boolean>,
  withinMilliseconds = 30_000,
): Promise<void> {
  const deadline = Date.now() + withinMilliseconds
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMilliseconds} ms: ${what}`)
    await pause(25)
  }
}
