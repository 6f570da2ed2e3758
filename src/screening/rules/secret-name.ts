import type { Confidence } from '../finding.ts'
import { wordsOf } from '../text/label.ts'
import { isValue, literalOf } from '../text/literal.ts'

/** What kind of secret a name promises. People choose passwords; machines make the others, longer and odder. */
export type SecretKind = 'password' | 'secret' | 'token' | 'key'

const kinds: readonly (readonly [SecretKind, RegExp])[] = [
  ['password', /(?:password|passwd|passphrase|passcode|pwd|passwort)$|^(?:\w{0,24} )?pass$/],
  ['secret', /secret$/],
  [
    'secret',
    /(?:api|secret|private|access|account|shared|signing|encryption|master|hmac|subscription|storage|webhook|ssh|aes|client|auth|service|function|host) ?key$|apikey$|accesskey$/,
  ],
  ['token', /token$|(?:^|proxy )authorization$|^(?:session )?cookie$|sas$/],
  ['key', /(?:^| )(?:key|auth|credentials?|salt|nonce|pin|seed|signature)$/],
]

/** Words before or in a name by which it is no secret, however it ends. */
const harmless =
  /(?:^| )(?:page|next|continuation|sync|cursor|csrf|xsrf|pagination|resume|delta|public|partition|row|primary|foreign|sort|cache|message|lookup|object|translation|idempotency|routing|dedupe|deduplication|group|map|join|natural|hash|range|json|index|composite|business|registry|unique|id|alias)(?: \w{1,30})? (?:token|key)$/

/** Asked first: nearly no name promises anything. */
const promising = /pass|pwd|secret|key|token|auth|cred|cookie|sas|salt|nonce|pin|seed|signature/

const qualifiers = new Set(
  'value text plain literal string base encoded raw prod production staging stage dev development test uat qa old new current previous backup primary secondary default live sandbox'.split(
    ' ',
  ),
)

/** The kind of secret that a name's words promise, if any: `db password`, `x api key`, but not `password policy`. */
export function secretKind(name: string): SecretKind | undefined {
  if (!promising.test(name)) return undefined
  const all = name.split(' ')
  let end = all.length
  while (end > 1 && qualifiers.has(all[end - 1] ?? '')) end -= 1
  const last = all[end - 1] ?? ''
  const words = all.slice(Math.max(0, end - 5), end)
  if (last.length > 4 && last.endsWith('s') && !last.endsWith('ss'))
    words[words.length - 1] = last.slice(0, -1)
  const bare = words.join(' ').slice(-120)
  if (harmless.test(bare)) return undefined
  return kinds.find(([, pattern]) => pattern.test(bare))?.[0]
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const dateOrNumber = /^\d{4}-\d{2}-\d{2}|^\d{1,7}$|^[\d.]{1,20}$/
const scheme = /^(?:bearer|basic|token|apikey|api-key|key)\s{1,4}/i

/** How sure it is that `text` is a secret, standing under a name that promises one of this kind. */
export function judge(kind: SecretKind, text: string): Confidence | null {
  const value = text.trim().replace(scheme, '')
  const literal = literalOf(value)
  if (!isValue(literal)) return null
  switch (kind) {
    case 'password':
      if (literal === 'strong') return 'high'
      if (literal === 'phrase') return value.length <= 60 && /[0-9]/.test(value) ? 'low' : null
      if (literal === 'words') return secretKind(wordsOf(value).join(' ')) === undefined ? 'low' : null
      return /[0-9]/.test(value) && /[^0-9]/.test(value) && value.length >= 6 ? 'high' : 'low'
    case 'secret':
      if (literal === 'strong') return 'high'
      return literal === 'weak' && value.length >= 6 ? 'low' : null
    case 'token':
      if (literal !== 'strong' || dateOrNumber.test(value)) return null
      return value.length >= 16 && !uuid.test(value) ? 'high' : 'low'
    case 'key':
      if (literal !== 'strong' || value.length < 20 || uuid.test(value) || dateOrNumber.test(value))
        return null
      return /[a-z]/.test(value) && /[A-Z]/.test(value) && /[0-9]/.test(value) ? 'low' : null
    default:
      return kind satisfies never
  }
}
