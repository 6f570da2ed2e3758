import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const token = boundedPattern(
  'ey[A-Za-z0-9_-]{10,1000}\\.ey[A-Za-z0-9_-]{8,4000}\\.[A-Za-z0-9_-]{16,1000}',
  'g',
)

function isHeader(part: string): boolean {
  return /"(?:alg|typ|kid)"/.test(Buffer.from(part, 'base64url').toString('latin1'))
}

/** A signed JSON Web Token: whoever holds it is let in. */
export const jsonWebToken = Object.freeze<ScreeningRule>({
  name: 'json-web-token',
  about: 'secret',
  finds: 'a signed JSON Web Token',
  needs: needing(['.']),
  inText({ text }): Confidence | null {
    if (!text.includes('.ey')) return null
    for (const [match] of text.matchAll(token)) {
      if (isHeader(match.slice(0, match.indexOf('.')))) return 'high'
    }
    return null
  },
})
