import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { boundedPattern } from '../text/pattern.ts'
import { hasSigns, needing } from '../text/sign.ts'

const dashed = boundedPattern('(?:^|[^A-Za-z0-9./_-])(\\d{3})-(\\d{2})-(\\d{4})(?:$|[^A-Za-z0-9/_-])', 'g')
const keyed = boundedPattern(
  '(?:^|[^A-Za-z])(?:ssn|social security(?: number| no\\.?)?)["\']{0,2}\\s{0,3}[:=#>]{0,2}\\s{0,3}(?:is )?["\']?(\\d{3})[ -]?(\\d{2})[ -]?(\\d{4})(?:$|\\D)',
  'gi',
)
const mention = /ssn|social security/i
const alone = boundedPattern('^\\s{0,4}(\\d{3})[ -.]?(\\d{2})[ -.]?(\\d{4})\\s{0,4}$')

/** Whether these digits were ever given out as a Social Security number. */
function isGiven(area: string, group: string, serial: string): boolean {
  return area !== '000' && area !== '666' && area < '900' && group !== '00' && serial !== '0000'
}

const dash = needing(['-'])
const longestAlone = 19
const name = /(?:^| )(?:ssn|social security(?: number)?|socialsecurity(?:number)?)$/

/** A Social Security number, written with dashes or named as one. */
export const socialSecurityNumber = Object.freeze<ScreeningRule>({
  name: 'social-security-number',
  about: 'patient-data',
  finds: 'a Social Security number',
  needs: needing(['digit']),
  inText({ text, signs, names }): Confidence | null {
    if (text.length < 9) return null
    for (const [, area = '', group = '', serial = ''] of hasSigns(signs, dash) ? text.matchAll(dashed) : []) {
      if (isGiven(area, group, serial)) return 'high'
    }
    for (const [, area = '', group = '', serial = ''] of mention.test(text) ? text.matchAll(keyed) : []) {
      if (isGiven(area, group, serial)) return 'high'
    }
    if (text.length > longestAlone) return null
    const [, area = '', group = '', serial = ''] = alone.exec(text) ?? []
    return area !== '' && isGiven(area, group, serial) && names.some((one) => name.test(one)) ? 'high' : null
  },
})
