import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { wordsOf } from '../text/label.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'
import { judge, secretKind } from './secret-name.ts'

const assignment = boundedPattern(
  '(?:passw(?:or)?d|passphrase|passcode|pwd|secret|token|key|sig|authorization|pass)(?:["\'\\]]{0,2}\\s{0,3}(?:=>|:=|[:=])\\s{0,3}|\\s{1,3}(?:is|was)\\s{1,3}|\\s{0,3}:\\s{0,3})' +
    '(\\\\?["\'`]?)(?:(?:Bearer|Basic)\\s)?([^\\s"\'`<>&;,){}\\\\]{4,200})',
  'gi',
)
const mention = /pass|pwd|secret|token|key|sig|authorization/i
const element = boundedPattern('<([A-Za-z][\\w.:-]{0,60})(?:\\s[^<>]{0,200})?>([^<>]{4,400})</', 'g')
const property = boundedPattern(
  '\\b(?:name|key|id)\\s{0,2}=\\s{0,2}"([^"<>]{1,80})"\\s{1,4}value\\s{0,2}=\\s{0,2}"([^"<>]{4,400})"',
  'g',
)
const beforeName = /[A-Za-z0-9_.-]{0,40}$/
const codeName = /^[A-Za-z_$][\w$]*(?:[.([]|$)/

function worse(left: Confidence | null, right: Confidence | null): Confidence | null {
  return left === 'high' || right === 'high' ? 'high' : (left ?? right)
}

/** Bare words in code are mostly other variables: only what also looks made is surely none. */
function judgeAssigned(text: string, match: RegExpExecArray): Confidence | null {
  const [whole, quote = '', value = ''] = match
  // The scheme of a reference, such as `secret://…`, and no assignment.
  if (value.startsWith('//')) return null
  const before = beforeName.exec(text.slice(Math.max(0, match.index - 40), match.index))?.[0] ?? ''
  const name = before + (/^[a-z]{3,13}/i.exec(whole)?.[0] ?? '')
  const kind = /(?:^|[?&;])sig$/i.test(name) ? 'token' : secretKind(wordsOf(name).join(' '))
  if (kind === undefined || kind === 'key') return null
  const following = text[match.index + whole.length]
  if (quote === '' && (following === '(' || /^[\w$]{1,40}[.([]/.test(value))) return null
  const confidence = judge(kind, value)
  const isBareName = quote === '' && codeName.test(value) && !/[0-9]/.test(value)
  if (isBareName || /\s(?:is|was)\s/i.test(whole))
    return confidence === 'high' && /[0-9]/.test(value) ? 'high' : null
  return confidence
}

/** A secret that is assigned inside of a longer text: in code, in a query, in XML, in a connection string, in prose. */
export const assignedSecret = Object.freeze<ScreeningRule>({
  name: 'assigned-secret',
  about: 'secret',
  finds: 'a text that gives a secret its value',
  needs: needing([':', '=', 'space', '<']),
  inText({ text }): Confidence | null {
    let found: Confidence | null = null
    for (const match of mention.test(text) ? text.matchAll(assignment) : [])
      found = worse(found, judgeAssigned(text, match))
    for (const pattern of text.includes('<') ? [element, property] : []) {
      for (const [, name = '', value = ''] of text.matchAll(pattern)) {
        const kind = secretKind(wordsOf(name).join(' '))
        if (kind !== undefined && kind !== 'key') found = worse(found, judge(kind, value))
      }
    }
    return found
  },
})
