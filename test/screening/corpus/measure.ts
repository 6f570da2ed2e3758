import type { ScreeningFinding } from '../../../src/screening/finding.ts'
import { screenContent } from '../../../src/screening/screen.ts'
import type { CorpusCase } from './case.ts'

export interface Screening {
  readonly one: CorpusCase
  readonly findings: readonly ScreeningFinding[]
}

export interface FalseAlarm {
  readonly name: string
  readonly finding: ScreeningFinding
}

export interface Measured {
  readonly planted: number
  readonly found: number
  /** Findings that point at something planted. */
  readonly right: readonly ScreeningFinding[]
  readonly falseAlarms: readonly FalseAlarm[]
  /** Planted places that no finding of their kind points at, by case. */
  readonly misses: readonly { readonly name: string; readonly pointer: string }[]
}

function isAt(finding: ScreeningFinding, place: CorpusCase['planted'][number]): boolean {
  return finding.about === place.about && finding.pointer === place.pointer
}

export async function screenAll(cases: readonly CorpusCase[]): Promise<readonly Screening[]> {
  const screened: Screening[] = []
  for (const one of cases) screened.push({ one, findings: await screenContent(one.content) })
  return screened
}

/** Compares findings with what was planted, place by place. */
export function measure(screened: readonly Screening[]): Measured {
  const places = screened.flatMap(({ one, findings }) =>
    one.planted.map((place) => ({
      name: one.name,
      place,
      found: findings.some((each) => isAt(each, place)),
    })),
  )
  const all = screened.flatMap(({ one, findings }) =>
    findings.map((finding) => ({
      name: one.name,
      finding,
      right: one.planted.some((place) => isAt(finding, place)),
    })),
  )
  return {
    planted: places.length,
    found: places.filter(({ found }) => found).length,
    right: all.filter(({ right }) => right).map(({ finding }) => finding),
    falseAlarms: all.filter(({ right }) => !right).map(({ name, finding }) => ({ name, finding })),
    misses: places.filter(({ found }) => !found).map(({ name, place }) => ({ name, pointer: place.pointer })),
  }
}
