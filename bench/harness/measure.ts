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
 * Runs floor and measured by turns, each time another one first, so that whatever the machine does meanwhile hits all of
 * them. The first rounds warm up and do not count. Answers a pair for each act, in order.
 */
export async function measureBeside<const Acts extends readonly Act[]>(
  floor: Act,
  measured: Acts,
  { warmUp, rounds }: { readonly warmUp: number; readonly rounds: number },
): Promise<{ readonly [Place in keyof Acts]: Pair }> {
  const lanes = [floor, ...measured].map((act) => ({ act, durations: [] as number[] }))
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const first = round % lanes.length
    for (const { act, durations } of [...lanes.slice(first), ...lanes.slice(0, first)]) {
      const duration = await timed(act, round)
      if (round >= warmUp) durations.push(duration)
    }
  }
  const [base = timingsOf([]), ...timings] = lanes.map(({ durations }) => timingsOf(durations))
  // As many pairs as there are acts.
  return timings.map((own) => ({ floor: base, measured: own })) as unknown as {
    readonly [Place in keyof Acts]: Pair
  }
}
