import type { Pair } from './measure.ts'

/** A figure beside its floor from the same run, and how many times the floor it may be. */
export interface Figure {
  readonly name: string
  readonly floorName: string
  readonly pair: Pair
  readonly limit: number
  /** Where the limit holds; the others are shown. */
  readonly limited: readonly ('p50' | 'p99')[]
}

const columns = ['p50', 'p99'] as const

function ratio({ pair }: Figure, at: 'p50' | 'p99'): number {
  return pair.measured[at] / pair.floor[at]
}

/** Whether the figure keeps its limit. */
export function holds(figure: Figure): boolean {
  return figure.limited.every((at) => ratio(figure, at) <= figure.limit)
}

function milliseconds(value: number): string {
  return `${value.toFixed(2)} ms`.padStart(10)
}

/** The lines that tell of a figure. */
export function describeFigure(figure: Figure): readonly string[] {
  const { name, floorName, pair, limit, limited } = figure
  const lines = columns.map((at) => {
    const judged = limited.includes(at)
    const verdict = judged ? (ratio(figure, at) <= limit ? 'holds' : 'BROKEN') : 'shown only'
    return (
      `    ${at}  ${milliseconds(pair.measured[at])}   floor ${milliseconds(pair.floor[at])}` +
      `   ×${ratio(figure, at).toFixed(2)}   limit ×${limit}   ${verdict}`
    )
  })
  return [`  ${name}, beside ${floorName} (${pair.measured.runs} runs of each, by turns)`, ...lines]
}
