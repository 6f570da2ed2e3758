import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { isValue, literalOf } from '../text/literal.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const header = boundedPattern('(?:^|[\\s"\'\\x0b>rn])MSH\\|\\^~\\\\{1,2}(?:&|\\\\u0026)')
// Segments that name a person: patient, next of kin, guarantor, insured, and merged patients.
const person = boundedPattern(
  '(?:^|[^A-Za-z0-9]|\\\\[rn])(PID|NK1|GT1|IN1|MRG)\\|([^\\r\\n\\\\]{4,600})',
  'g',
)

const mention = /PID|NK1|GT1|IN1|MRG|MSH/

const namedFields: Readonly<Record<string, readonly number[]>> = Object.freeze({
  PID: [2, 3, 4, 5, 6, 7, 9, 11, 13, 18, 19],
  NK1: [2, 4, 5],
  GT1: [3, 5, 6, 8, 12],
  IN1: [16, 18, 19, 36, 49],
  MRG: [1, 4, 7],
})

function isFilled(field: string): boolean {
  const first = field.split('^').find((component) => component.trim() !== '') ?? ''
  const literal = literalOf(first)
  if (!isValue(literal)) return false
  return !/^(?:PID|NK1|GT1|IN1|MRG)[-.]\d|^\$|\)$|^["'+]/.test(first) && first.length >= 2
}

function namesPerson(segment: string, rest: string): boolean {
  const fields = rest.split('|')
  return (namedFields[segment] ?? []).some((place) => isFilled(fields[place - 1] ?? ''))
}

/** An HL7 v2 message with a person in it (high), or the header of one (low), which may be a template's. */
export const hl7Message = Object.freeze<ScreeningRule>({
  name: 'hl7-message',
  about: 'patient-data',
  finds: 'an HL7 v2 message',
  needs: needing(['|']),
  inText({ text }): Confidence | null {
    if (!mention.test(text)) return null
    for (const [, segment = '', rest = ''] of text.matchAll(person)) {
      if (namesPerson(segment, rest)) return 'high'
    }
    return header.test(text) && !/\$\{|\{\{/.test(text) ? 'low' : null
  },
})
