/** A number of people who are wanted for the same, and who of the candidates (by place) could be one of them. */
export interface Demand {
  readonly needed: number
  readonly able: readonly number[]
}

/** That a person comes to serve a demand. */
interface Move {
  readonly person: number
  readonly demand: number
}

/**
 * How a demand gets one more person: the shortest chain of moves, the last of which takes somebody who serves nothing.
 * Null where there is none.
 */
function chainFor(
  demands: readonly Demand[],
  servedBy: ReadonlyMap<number, number>,
  wanting: number,
  except?: number,
): readonly Move[] | null {
  // Each demand that could give somebody away, with the move by which it does.
  const reached = new Map<number, Move | null>([[wanting, null]])
  for (const [demand] of reached) {
    for (const person of demands[demand]?.able ?? []) {
      if (person === except) continue
      const serves = servedBy.get(person)
      if (serves !== undefined) {
        if (!reached.has(serves)) reached.set(serves, { person, demand })
        continue
      }
      const chain: Move[] = []
      for (let move: Move | null | undefined = { person, demand }; move; move = reached.get(move.demand)) {
        chain.push(move)
      }
      return chain
    }
  }
  return null
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
      const chain = chainFor(demands, servedBy, place)
      if (chain === null) return null
      for (const { person, demand } of chain) servedBy.set(person, demand)
    }
  }
  return servedBy
}

/**
 * Whether all demands of an assignment could be served without one of the candidates, the others moving where that takes
 * it.
 */
export function canDoWithout(
  demands: readonly Demand[],
  assignment: ReadonlyMap<number, number>,
  candidate: number,
): boolean {
  const serves = assignment.get(candidate)
  return serves === undefined || chainFor(demands, assignment, serves, candidate) !== null
}
