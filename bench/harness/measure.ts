/** One thing to measure; what it answers is checked by its section, outside the measured time. */
export type Act = (round: number) => Promise<void>

export interface Timings {
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly runs: number
}

export interface Pair {
  readonly floor: Timings
  readonly measured: Timings
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function timingsOf(durations: readonly number[]): Timings {
  const sorted = durations.toSorted((one, other) => one - other)
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), runs: sorted.length }
}

async function timed(act: Act, round: number): Promise<number> {
  const begun = performance.now()
  await act(round)
  return performance.now() - begun
}

/**
 * Runs floor and measured by turns, each first every other time, so that whatever the machine does meanwhile hits both.
 * The first rounds warm up and do not count.
 */
export async function measurePair(
  acts: { readonly floor: Act; readonly measured: Act },
  { warmUp, rounds }: { readonly warmUp: number; readonly rounds: number },
): Promise<Pair> {
  const floor: number[] = []
  const measured: number[] = []
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const floorFirst = round % 2 === 0
    const early = floorFirst ? await timed(acts.floor, round) : undefined
    const own = await timed(acts.measured, round)
    const base = early ?? (await timed(acts.floor, round))
    if (round < warmUp) continue
    floor.push(base)
    measured.push(own)
  }
  return { floor: timingsOf(floor), measured: timingsOf(measured) }
}
