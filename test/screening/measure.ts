import type { Confidence, Subject } from '../../src/screening/finding.ts'
import { screeningRules } from '../../src/screening/rules.ts'
import { cleanCases, plantedCases } from './corpus/all.ts'
import { type Measured, measure, screenAll } from './corpus/measure.ts'

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}

function precision(name: string, { right, falseAlarms }: Pick<Measured, 'right' | 'falseAlarms'>): void {
  const all = right.length + falseAlarms.length
  if (all > 0) say(`  ${name.padEnd(26)} ${share(right.length, all).padStart(8)}   ${right.length} of ${all}`)
}

const screened = await screenAll([...plantedCases, ...cleanCases])
const measured = measure(screened)
const { right, falseAlarms, misses } = measured
const within = (test: (finding: Measured['right'][number]) => boolean) => ({
  right: right.filter(test),
  falseAlarms: falseAlarms.filter(({ finding }) => test(finding)),
})

say(
  `${plantedCases.length} configurations with ${measured.planted} planted values, ${cleanCases.length} clean ones`,
)
say('\nRecall: planted values found, in any confidence')
say(`  ${'overall'.padEnd(26)} ${share(measured.found, measured.planted).padStart(8)}`)
const abouts: readonly Subject[] = ['secret', 'patient-data']
for (const about of abouts) {
  const one = measure(
    screened.map(({ one: each, findings }) => ({
      one: { ...each, planted: each.planted.filter((place) => place.about === about) },
      findings: findings.filter((finding) => finding.about === about),
    })),
  )
  say(`  ${about.padEnd(26)} ${share(one.found, one.planted).padStart(8)}   ${one.found} of ${one.planted}`)
}
say('\nPrecision: findings that point at something planted')
precision('overall', measured)
for (const about of abouts)
  precision(
    about,
    within((finding) => finding.about === about),
  )
const confidences: readonly Confidence[] = ['high', 'low']
for (const confidence of confidences)
  precision(
    confidence,
    within((finding) => finding.confidence === confidence),
  )
say('\nPrecision by rule')
for (const { name } of screeningRules)
  precision(
    name,
    within(({ rule }) => rule === name),
  )
say(`\nMissed (${misses.length})`)
for (const { name, pointer } of misses) say(`  ${name} ${pointer}`)
say(`\nFalse alarms (${falseAlarms.length})`)
for (const { name, finding } of falseAlarms) {
  say(`  ${name} ${finding.pointer} (${finding.rule}, ${finding.confidence})`)
}
