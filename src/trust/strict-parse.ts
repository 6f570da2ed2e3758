import type { JsonValue } from './json.ts'
import { scanNumber, scanString } from './json-scalars.ts'
import { parsePlain } from './plain-json.ts'

export type JsonRefusalCode =
  | 'malformed'
  | 'invalid-encoding'
  | 'duplicate-key'
  | 'lossy-number'
  | 'too-deep'
  | 'too-large'
  | 'lone-surrogate'
  | 'null-character'

/**
 * Raised by `parseStrict`. `code` is the rule that refused, `pointer` the place (RFC 6901; '' is the whole document)
 * or undefined where no place is known. The message is for people and never holds a key or a value of the document.
 */
export class JsonRefused extends Error {
  readonly code: JsonRefusalCode
  readonly pointer: string | undefined

  constructor(code: JsonRefusalCode, pointer: string | undefined, message: string) {
    super(message)
    this.name = 'JsonRefused'
    this.code = code
    this.pointer = pointer
  }
}

/** `depth` counts nested arrays and objects (64 by default), `bytes` the whole document (1 MiB by default). */
export interface JsonLimits {
  readonly depth?: number
  readonly bytes?: number
}

/**
 * Parses one JSON document (RFC 8259) from its bytes, so strictly that equal canonical bytes mean equal documents
 * (RFC 8785 §3.1, RFC 7493): UTF-8 without byte order mark, unique keys, whole characters, exact numbers.
 * A `__proto__` key is plain data. Throws `JsonRefused`. For a key that is refused the pointer names its object.
 */
export function parseStrict(bytes: Uint8Array, limits: JsonLimits = {}): JsonValue {
  const maximum = limits.bytes ?? 1_048_576
  if (bytes.byteLength > maximum) {
    throw new JsonRefused('too-large', undefined, `The document is larger than ${maximum} bytes.`)
  }
  return parseStrictText(decode(bytes), limits)
}

/** The same for the text of a document, where its bytes were read as UTF-8 and measured before. */
export function parseStrictText(text: string, { depth = 64 }: Pick<JsonLimits, 'depth'> = {}): JsonValue {
  return parsePlain(text, depth) ?? parseText(text, depth)
}

function decode(bytes: Uint8Array): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new JsonRefused('invalid-encoding', undefined, 'The document is not valid UTF-8.')
  }
  if (text.startsWith('\ufeff')) {
    throw new JsonRefused(
      'invalid-encoding',
      undefined,
      'The document starts with a byte order mark; leave it out.',
    )
  }
  return text
}

type Frame =
  | { readonly kind: 'array'; readonly container: JsonValue[] }
  | { readonly kind: 'object'; readonly container: Record<string, JsonValue>; key: string }

/** Keeps its own stack, so that no depth of nesting and no depth limit can exhaust the call stack. */
function parseText(text: string, maximumDepth: number): JsonValue {
  const open: Frame[] = []
  let at = 0

  const refuse = (code: JsonRefusalCode, place: readonly Frame[]): never => {
    throw new JsonRefused(code, pointerTo(place), messageFor(code, maximumDepth, at))
  }

  const skipSpace = (): void => {
    for (let unit = text.charCodeAt(at); isSpace(unit); unit = text.charCodeAt(at)) at += 1
  }

  const refuseInContainer = (code: JsonRefusalCode): never => refuse(code, open.slice(0, -1))

  const readKey = (frame: Frame & { kind: 'object' }): string => {
    if (text[at] !== '"') refuseInContainer('malformed')
    const scanned = scanString(text, at)
    if ('refused' in scanned) return refuseInContainer(scanned.refused)
    if (Object.hasOwn(frame.container, scanned.value)) refuseInContainer('duplicate-key')
    at = scanned.end
    skipSpace()
    if (text[at] !== ':') refuseInContainer('malformed')
    at += 1
    return scanned.value
  }

  const readScalar = (): JsonValue => {
    const word = WORDS.find(([spelling]) => text.startsWith(spelling, at))
    if (word !== undefined) {
      at += word[0].length
      return word[1]
    }
    const scanned = text[at] === '"' ? scanString(text, at) : scanNumber(text, at)
    if ('refused' in scanned) return refuse(scanned.refused, open)
    at = scanned.end
    return scanned.value
  }

  /** Reads the value at `at`; undefined when it opened a container whose first child comes next. */
  const readValue = (): JsonValue | undefined => {
    const opening = text[at]
    if (opening !== '[' && opening !== '{') return readScalar()
    if (open.length >= maximumDepth) refuse('too-deep', open)
    at += 1
    skipSpace()
    const frame: Frame =
      opening === '[' ? { kind: 'array', container: [] } : { kind: 'object', container: {}, key: '' }
    if (text[at] === closingOf(frame)) {
      at += 1
      return frame.container
    }
    open.push(frame)
    if (frame.kind === 'object') frame.key = readKey(frame)
    return undefined
  }

  for (;;) {
    skipSpace()
    let value = readValue()
    while (value !== undefined) {
      skipSpace()
      const frame = open.at(-1)
      if (frame === undefined) return at === text.length ? value : refuse('malformed', open)
      addTo(frame, value)
      value = undefined
      if (text[at] === closingOf(frame)) {
        open.pop()
        value = frame.container
      } else if (text[at] !== ',') {
        refuseInContainer('malformed')
      }
      at += 1
      if (value === undefined && frame.kind === 'object') {
        skipSpace()
        frame.key = readKey(frame)
      }
    }
  }
}

const WORDS: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}

function closingOf(frame: Frame): ']' | '}' {
  return frame.kind === 'array' ? ']' : '}'
}

function addTo(frame: Frame, value: JsonValue): void {
  if (frame.kind === 'array') {
    frame.container.push(value)
  } else if (frame.key === '__proto__') {
    // Plain assignment would set the prototype instead of a member.
    Object.defineProperty(frame.container, frame.key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  } else {
    frame.container[frame.key] = value
  }
}

function pointerTo(place: readonly Frame[]): string {
  return place
    .map((frame) => (frame.kind === 'array' ? String(frame.container.length) : frame.key))
    .map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}

function messageFor(code: JsonRefusalCode, maximumDepth: number, at: number): string {
  switch (code) {
    case 'malformed':
      return `This is no JSON text (RFC 8259); reading stopped at character ${at}.`
    case 'duplicate-key':
      return 'An object holds the same key twice; keep one of them.'
    case 'lossy-number':
      return 'A number cannot be kept exactly as a double; write it shorter, or as a string.'
    case 'too-deep':
      return `Arrays and objects are nested deeper than ${maximumDepth} levels.`
    case 'lone-surrogate':
      return 'A string holds half of a surrogate pair, which is no character.'
    case 'null-character':
      return 'A string holds the character U+0000, which is not allowed.'
    case 'invalid-encoding':
      return 'The document is not valid UTF-8.'
    case 'too-large':
      return 'The document is too large.'
    default:
      return code satisfies never
  }
}
