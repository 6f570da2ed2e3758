import { setTimeout as pause } from 'node:timers/promises'

const everyMilliseconds = 100

/**
 * Looks again and again until it finds something, and a last time at the deadline, in milliseconds since 1970. Undefined
 * where it found nothing until then.
 */
export async function pollUntil<Found>(
  deadline: number,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  for (;;) {
    const found = await look()
    if (found !== undefined || Date.now() >= deadline) return found
    await pause(Math.min(everyMilliseconds, Math.max(0, deadline - Date.now())))
  }
}
