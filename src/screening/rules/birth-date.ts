import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const months = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?'
const year = '(?:18|19|20)\\d{2}'
const month = '(?:0?[1-9]|1[0-2])'
const day = '(?:0?[1-9]|[12]\\d|3[01])'
const date =
  `${year}[-/.]${month}[-/.]${day}|(?:${month}[-/.]${day}|${day}[-/.]${month})[-/.]${year}|` +
  `${year}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])|${day}[- ]${months}[- ,]{1,2}${year}|${months} ${day},? ${year}`
const whole = boundedPattern(`^\\s{0,4}(?:${date})(?:$|[T\\s])`, 'i')
const inProse = boundedPattern(
  `(?:^|[^A-Za-z])(?:dob|d\\.o\\.b\\.?|date[ -]of[ -]birth|birth ?date|born(?: on)?)["']{0,2}\\s{0,3}[:=>]{0,2}\\s{0,3}(?:is |was )?["']?(${date})(?:$|\\D)`,
  'gi',
)
const mention = /dob|d\.o\.b|birth|born/i
const name = /(?:^| )(?:dob|birth ?date|date ?of ?birth|birthday|birth day|birth dt)$/
/** What systems write when they do not know. */
const unknown = /1[89]00.?01.?01|01.?01.?1[89]00|1970.?01.?01|01.?01.?1970/

/** A full date under a name that says it is somebody's birth. */
export const birthDate = Object.freeze<ScreeningRule>({
  name: 'birth-date',
  about: 'patient-data',
  finds: 'a date of birth',
  needs: needing(['digit']),
  inText({ text, names }): Confidence | null {
    if (text.length < 8) return null
    for (const [, found = ''] of mention.test(text) ? text.matchAll(inProse) : []) {
      if (!unknown.test(found)) return 'high'
    }
    const start = text.slice(0, 60)
    if (!whole.test(start) || unknown.test(start)) return null
    return names.some((one) => name.test(one)) ? 'high' : null
  },
})
