import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { literalOf } from '../text/literal.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const bearer = boundedPattern('\\bbearer\\s{1,4}([A-Za-z0-9._~\\x2b/=-]{16,2000})', 'gi')
const basic = boundedPattern('\\bbasic\\s{1,4}([A-Za-z0-9\\x2b/]{8,400}={0,2})', 'gi')
const mention = /bearer|basic/i
const userAndPassword = boundedPattern('^[\\x20-\\x39\\x3b-\\x7e]{1,200}:[\\x20-\\x7e]{1,200}$')

/** `Bearer` or `Basic` with a credential behind it, wherever it stands. */
export const authorizationHeader = Object.freeze<ScreeningRule>({
  name: 'authorization-header',
  about: 'secret',
  finds: 'an Authorization header with its credential',
  needs: needing(['space']),
  inText({ text }): Confidence | null {
    if (text.length < 14 || !mention.test(text)) return null
    for (const [, credential = ''] of text.matchAll(basic)) {
      const decoded = Buffer.from(credential, 'base64').toString('latin1')
      if (
        userAndPassword.test(decoded) &&
        literalOf(decoded.slice(decoded.indexOf(':') + 1)) !== 'reference'
      ) {
        return 'high'
      }
    }
    for (const [, token = ''] of text.matchAll(bearer)) if (literalOf(token) === 'strong') return 'high'
    return null
  },
})
