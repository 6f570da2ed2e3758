/** A stretch of time in milliseconds since 1970, its start included and its end not; it may be endless. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** The same time in the fewest stretches, in order: what overlaps or meets becomes one. */
export function unite(stretches: readonly Stretch[]): readonly Stretch[] {
  const united: Stretch[] = []
  const inOrder = stretches
    .filter(({ from, to }) => from < to)
    .toSorted((one, other) => one.from - other.from)
  for (const stretch of inOrder) {
    const last = united.at(-1)
    if (last === undefined || last.to < stretch.from) united.push(stretch)
    else united[united.length - 1] = { from: last.from, to: Math.max(last.to, stretch.to) }
  }
  return united
}

/** What is left of stretches without others. Both are united ones. */
export function without(stretches: readonly Stretch[], taken: readonly Stretch[]): readonly Stretch[] {
  const left: Stretch[] = []
  let place = 0
  for (const { from, to } of stretches) {
    let reached = from
    while ((taken[place]?.to ?? Number.POSITIVE_INFINITY) <= from) place += 1
    for (let next = place; reached < to; next += 1) {
      const gap = taken[next] ?? { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }
      if (reached < Math.min(gap.from, to)) left.push({ from: reached, to: Math.min(gap.from, to) })
      reached = Math.max(reached, gap.to)
    }
  }
  return left
}

/** The one of united stretches that an instant is in. */
export function stretchAt(stretches: readonly Stretch[], at: number): Stretch | undefined {
  return stretches.find(({ from, to }) => from <= at && at < to)
}
