import { boundedPattern } from './pattern.ts'

/** What a text is, where a secret might stand: only the last three are values. */
export type Literal = 'reference' | 'placeholder' | 'phrase' | 'words' | 'weak' | 'strong'

const references = [
  // Templates of every make.
  boundedPattern('\\$\\{|\\{\\{|<%|#\\{|%\\{|\\$\\(|@\\{|\\[\\[|\\$\\{\\{'),
  boundedPattern('^%[A-Za-z_][A-Za-z0-9_.]{0,80}%$'),
  boundedPattern('^\\$[A-Z_][A-Z0-9_]{1,80}$'),
  boundedPattern('^\\$\\.{0,2}[.[]'),
  boundedPattern('^\\{[A-Za-z_][\\w.-]{0,80}\\}$'),
  boundedPattern('^__[A-Z][A-Z0-9_]{1,80}__$'),
  // Names of secrets that are kept elsewhere.
  boundedPattern('^(?:ref\\x2b)?[a-z][a-z0-9-]{1,30}://', 'i'),
  boundedPattern(
    '^(?:env|vault|file|ssm|kms|sops|keyvault|secretref|secrets-manager|aws-sm|gcp-sm)[:.]',
    'i',
  ),
  boundedPattern('^arn:aws[a-z-]{0,10}:', 'i'),
  boundedPattern('^projects/[^/]{1,80}/secrets/'),
  boundedPattern('^@Microsoft\\.KeyVault\\('),
  boundedPattern('^(?:process\\.env|os\\.environ|System\\.getenv|secrets|vars|config|env|settings)[.[(]'),
  boundedPattern('^!(?:Ref|Sub|GetAtt|vault|secret)\\b', 'i'),
  boundedPattern('^\\$(?:cfg|gc|g|c|co|s|r)?\\(', 'i'),
  // Paths of files, such as a mounted secret.
  boundedPattern('^(?:/|\\./|~/|[A-Za-z]:\\\\)[\\w.-]{1,80}[/\\\\][\\w./\\\\-]{0,200}[a-z]{2,12}$'),
]

const placeholder = boundedPattern(
  '^(?:<[^<>]{1,120}>|\\[[^\\]]{1,120}\\]|(?:change|replace|fill)[-_ ]?(?:me|this|it|in)\\b.{0,80}|' +
    '(?:your|my|insert|enter|replace)[-_ ][A-Za-z-_ ]{1,80}|' +
    '.{0,40}(?:placeholder|redacted|goes[-_ ]?here|[-_ ]here).{0,40}|todo\\b.{0,80}|tbd|' +
    'removed|masked|hidden|dummy|example|sample|none|null|nil|undefined|n/?a|not[-_ ]?(?:set|applicable|used)|' +
    'unset|empty|default|string|text|boolean|number|integer|object|varchar|char|bytea|uuid|date|datetime|timestamp|required|optional|true|false|yes|no|on|off|' +
    'enabled|disabled|any|[xX]{3,80}|[xX]{2,12}-[xX-]{2,80}|[*•.●-]{2,80}|_{2,80}|0{1,80})$',
  'i',
)

function isWords(text: string): boolean {
  return text.split(/[-_.:/]/).every((part) => /^[A-Za-z]{1,40}$/.test(part))
}

/** Bits for each character, by how often each occurs. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** A value that looks made to be hard to guess: letters and digits or signs, and not one character over and over. */
function isStrong(text: string): boolean {
  if (text.length < 8 || entropyOf(text.slice(0, 256)) < 2.2) return false
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length
  const digitsAndLetters = /[0-9]/.test(text) && /[A-Za-z]/.test(text)
  return digitsAndLetters || kinds >= 3
}

/** Whether a literal is a value at all, and not a name or a sign for one that stands elsewhere. */
export function isValue(literal: Literal): boolean {
  return literal !== 'reference' && literal !== 'placeholder'
}

/** Judges `text` standing where a secret might stand. References, templates and placeholders are no values. */
export function literalOf(raw: string): Literal {
  const text = raw.trim()
  const start = text.slice(0, 300)
  if (text === '' || references.some((pattern) => pattern.test(start))) return 'reference'
  if (placeholder.test(start)) return 'placeholder'
  if (/\s/.test(text)) return 'phrase'
  if (isWords(start)) return 'words'
  return isStrong(text) ? 'strong' : 'weak'
}
