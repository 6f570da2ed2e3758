import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { isValue, literalOf } from '../text/literal.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

// Searched by the separator that every URL has; what stands before it does not matter.
const userinfo = boundedPattern('://([^\\s/@:?#"\'<>]{0,200}):([^\\s/@"\'<>]{1,200})@[\\w\\[.-]', 'g')
const userOnly = boundedPattern('://([^\\s/@:?#"\'<>]{16,200})@[\\w\\[.-]', 'g')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A URL that carries a password: `https://user:…@host`, `postgres://…`, `redis://:…@host`, `sftp://…`. */
export const urlCredentials = Object.freeze<ScreeningRule>({
  name: 'url-credentials',
  about: 'secret',
  finds: 'a URL with a password in it',
  needs: needing(['/'], [':'], ['@']),
  inText({ text }): Confidence | null {
    if (!text.includes('://')) return null
    let found: Confidence | null = null
    for (const [, user = '', password = ''] of text.matchAll(userinfo)) {
      const literal = literalOf(decoded(password))
      if (!isValue(literal)) continue
      // What manuals write: `user:password@host`.
      const manual =
        literal === 'words' &&
        /^(?:user(?:name)?|login)?$/i.test(user) &&
        /^pass(?:word|wd)?$/i.test(password)
      if (!manual) return 'high'
    }
    for (const [, user = ''] of text.matchAll(userOnly)) {
      if (literalOf(user) === 'strong' && user.length >= 20 && !user.includes('.')) found = 'low'
    }
    return found
  },
})
