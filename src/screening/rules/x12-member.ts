import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { isValue, literalOf } from '../text/literal.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

// Insured or subscriber, patient, dependent, corrected insured, person enrolled: never a provider or a payer.
const member = boundedPattern('NM1[*|](?:IL|QC|03|74|70|72|EI)[*|]1[*|]([^*|~\\r\\n]{1,60})[*|]', 'g')
const demographics = boundedPattern('DMG[*|]D8[*|](?:18|19|20)\\d{6}(?:$|[*|~\\s])')

/** A member or patient in an X12 transaction: `NM1*IL`, `NM1*QC`, `DMG*D8`. */
export const x12Member = Object.freeze<ScreeningRule>({
  name: 'x12-member',
  about: 'patient-data',
  finds: 'a member or patient in an X12 transaction',
  needs: needing(['*', '|'], ['digit'], ['upper']),
  inText({ text }): Confidence | null {
    if (text.length < 12) return null
    if (!text.includes('NM1') && !text.includes('DMG')) return null
    for (const [, name = ''] of text.matchAll(member)) {
      if (isValue(literalOf(name))) return 'high'
    }
    return demographics.test(text) ? 'high' : null
  },
})
