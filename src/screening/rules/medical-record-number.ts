import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const value = /^[A-Za-z]{0,4}[-_ ]?\d{5,12}$/
const inProse = boundedPattern(
  '(?:^|[^A-Za-z])(?:mrn|medical record (?:number|no\\.?|#))["\']{0,2}\\s{0,3}[:=#>]{0,2}\\s{0,3}(?:is |of )?["\']?[A-Z]{0,4}-?\\d{5,12}(?:$|[^\\d.])',
  'i',
)
const mention = /mrn|medical record/i
const name = /(?:^| )(?:mrn|mrns|mr|medical record (?:number|no|id)|medicalrecordnumber|medicalrecordno)$/
const likely = /(?:^| )(?:patient|chart|member|subscriber) (?:id|number|no)$/

/** A medical record number, which has no form of its own, by the name it stands under. */
export const medicalRecordNumber = Object.freeze<ScreeningRule>({
  name: 'medical-record-number',
  about: 'patient-data',
  finds: 'a medical record number',
  needs: needing(['digit']),
  inText({ text, names }): Confidence | null {
    if (mention.test(text) && inProse.test(text)) return 'high'
    if (!value.test(text.slice(0, 40).trim())) return null
    if (names.some((one) => name.test(one))) return 'high'
    return names.some((one) => likely.test(one)) ? 'low' : null
  },
})
