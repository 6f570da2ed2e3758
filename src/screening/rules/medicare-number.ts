import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const letter = '[AC-HJKMNP-RT-Y]'
const either = '[0-9AC-HJKMNP-RT-Y]'
const parts = [`[1-9]${letter}${either}[0-9]`, `${letter}${either}[0-9]`, `${letter}${letter}[0-9][0-9]`]
const dashed = boundedPattern(`(?:^|[^A-Z0-9-])${parts.join('-')}(?:$|[^A-Z0-9-])`)
const plain = boundedPattern(`(?:^|[^A-Za-z0-9-])${parts.join('')}(?:$|[^A-Za-z0-9-])`)

const name = /(?:^| )(?:mbi|hic|hicn|medicare(?: \w{1,20})?(?: \w{1,20})?)$/

/** A Medicare Beneficiary Identifier: dashed or named as one (high), or only of that shape (low). */
export const medicareNumber = Object.freeze<ScreeningRule>({
  name: 'medicare-number',
  about: 'patient-data',
  finds: 'a Medicare Beneficiary Identifier',
  needs: needing(['digit'], ['upper']),
  inText({ text, names }): Confidence | null {
    if (dashed.test(text)) return 'high'
    if (!plain.test(text)) return null
    return names.some((one) => name.test(one.slice(-80))) || /\b(?:MBI|Medicare)\b/i.test(text)
      ? 'high'
      : 'low'
  },
})
