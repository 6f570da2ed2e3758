import type { Confidence } from '../finding.ts'
import type { Piece, Screened } from '../piece.ts'
import type { ScreeningRule } from '../rule.ts'
import { boundedPattern } from '../text/pattern.ts'
import { hasSigns, needing } from '../text/sign.ts'

const whole = boundedPattern(
  '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\\s\\\\rn]{0,8}' +
    '(?:(?:Version|Comment|Proc-Type):[^\\n]{0,100}[\\s\\\\rn]{1,6})?(?:(?:Comment|DEK-Info):[^\\n]{0,100}[\\s\\\\rn]{1,6})?' +
    '[A-Za-z0-9\\x2b/=]{16,80}',
)
const ending = boundedPattern('-----END [A-Z0-9 ]{0,40}PRIVATE KEY', 'g')
const endOfBody = boundedPattern('[A-Za-z0-9\\x2b/=]{8}[\\s\\\\rn]{0,6}$')
// The first bytes of PKCS#1, PKCS#8 and SEC 1 structures, of OpenSSH's format and of PuTTY's, without any armour.
const bare = boundedPattern(
  'MII[A-Za-z0-9\\x2b/]{3}IBAAK[A-Za-z0-9\\x2b/]{40}|MII[A-Za-z0-9\\x2b/]{3}(?:IBADAN|AgEAMA0G)[A-Za-z0-9\\x2b/]{40}|' +
    'MI[GH][A-Za-z0-9\\x2b/]{1,2}AgEAMB[AM]GByqGSM49|MHcCAQEEI[A-Za-z0-9\\x2b/]{40}|MIGkAgEBBD[A-Za-z0-9\\x2b/]{40}|' +
    'MC4CAQAwBQYDK2VwBCIEI[A-Za-z0-9\\x2b/]{20}|b3BlbnNzaC1rZXktdjE[A-Za-z0-9\\x2b/]{20}|PuTTY-User-Key-File-\\d',
)
const beginning = boundedPattern('-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----')
const body = boundedPattern('^[A-Za-z0-9\\x2b/=\\s]{40,20000}$')
const line = boundedPattern('^[A-Za-z0-9\\x2b/=\\s]{4,20000}$')

// Every header begins with some, however it was cut.
const dash = needing(['-'])

const longestKey = 8000

/** Looks made by a machine: letters of both cases and digits. */
function isBody(text: string): boolean {
  return body.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text)
}

function hasTail(text: string): boolean {
  for (const { index } of text.includes('-----END') ? text.matchAll(ending) : []) {
    if (endOfBody.test(text.slice(Math.max(0, index - 20), index))) return true
  }
  return false
}

/** Texts that only together hold a key from its header on, one after the other. */
function consecutiveParts(values: readonly Piece[]): readonly Piece[] {
  const joined = values.map(({ text }) => text).join('')
  const parts: Piece[] = []
  let next = 0
  let end = values[0]?.text.length ?? 0
  for (let at = joined.indexOf('-----BEGIN'); at >= 0; ) {
    let from = at + 10
    if (whole.test(joined.slice(at, at + 1200))) {
      const length = joined.slice(from, at + longestKey).indexOf('-----END')
      from = length < 0 ? at + 200 : from + length
      for (; next < values.length && end <= at; end += values[next]?.text.length ?? 0) next += 1
      for (; next < values.length; end += values[next]?.text.length ?? 0) {
        const piece = values[next]
        if (piece !== undefined) parts.push(piece)
        if (end >= from) break
        next += 1
      }
    }
    at = joined.indexOf('-----BEGIN', from)
  }
  return parts
}

/** A header without its key, and texts beside it that look like one, in any order. */
function scatteredParts(values: readonly Piece[]): readonly Piece[] {
  const headers = values.filter(({ text }) => beginning.test(text) && !whole.test(text))
  const containers = new Set(headers.map(({ container }) => container))
  const bodies = values.filter(
    ({ container, text }) =>
      containers.has(container) && (isBody(text) || (text.length >= 60 && line.test(text))),
  )
  const withBody = new Set(bodies.map(({ container }) => container))
  return [...bodies, ...headers.filter(({ container }) => withBody.has(container))]
}

/** A private key, in PEM of any kind or without its armour, whole or cut over several values. */
export const privateKey = Object.freeze<ScreeningRule>({
  name: 'private-key',
  about: 'secret',
  finds: 'a private key',
  needs: needing(['upper']),
  inText({ text }): Confidence | null {
    return bare.test(text) || whole.test(text) || hasTail(text) ? 'high' : null
  },
  inAll({ pieces }: Screened) {
    const values = pieces.filter(({ place }) => place === 'value')
    if (!values.some(({ signs }) => hasSigns(signs, dash))) return []
    return [...consecutiveParts(values), ...scatteredParts(values)].map((piece) => ({
      piece,
      confidence: 'high' as const,
    }))
  },
})
