/** A number of people who are wanted for the same, and who of the candidates (by place) could be one of them. */
export interface Demand {
  readonly needed: number
  readonly able: readonly number[]
}

/** Gives one more person to a demand, where it takes moving others: along the shortest chain of moves there is. */
function giveOneMore(demands: readonly Demand[], servedBy: Map<number, number>, wanting: number): boolean {
  const reached = new Map<number, { readonly from: number; readonly person: number } | null>([
    [wanting, null],
  ])
  for (const [demand] of reached) {
    for (const person of demands[demand]?.able ?? []) {
      const serves = servedBy.get(person)
      if (serves !== undefined) {
        if (!reached.has(serves)) reached.set(serves, { from: demand, person })
        continue
      }
      servedBy.set(person, demand)
      for (let step = reached.get(demand); step; step = reached.get(step.from)) {
        servedBy.set(step.person, step.from)
      }
      return true
    }
  }
  return false
}

/**
 * Finds people for all demands at once, each person for at most one of them: candidates by place, with the place of the
 * demand they serve. Null where no choice of people serves all. Exact: it is a maximum matching by augmenting paths.
 */
export function assign(demands: readonly Demand[]): ReadonlyMap<number, number> | null {
  if (demands.some(({ needed, able }) => able.length < needed)) return null
  const servedBy = new Map<number, number>()
  for (const [place, { needed }] of demands.entries()) {
    for (let given = 0; given < needed; given += 1) {
      if (!giveOneMore(demands, servedBy, place)) return null
    }
  }
  return servedBy
}
