import type { TemporalClient } from '../temporal/connection.ts'
import { keepDriftSchedule } from '../temporal/drift-schedule.ts'
import { type RepeatOptions, type Repetition, repeat } from './repeat.ts'

/** Tries until the schedule of sweeps is as it should be: Temporal may be away when a worker starts. */
export function startDriftSchedule(
  { client }: TemporalClient,
  sweepMilliseconds: number | null,
  options: RepeatOptions,
): Repetition {
  let kept = false
  return repeat(async () => {
    if (kept) return
    await keepDriftSchedule(client, sweepMilliseconds)
    kept = true
  }, options)
}
