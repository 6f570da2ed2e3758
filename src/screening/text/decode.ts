import type { JsonValue } from '../../domain/json.ts'
import { boundedPattern } from './pattern.ts'
import { isBase64Code } from './sign.ts'

export type Decoder = 'json' | 'base64' | 'url'

/** What a text holds in another encoding. */
export interface Decoding {
  readonly decoder: Decoder
  readonly value: JsonValue
}

const printableStart = boundedPattern('^[\\t\\n\\r\\x20-\\x7e\\u00a0-\\ud7ff\\ue000-\\ufffc]{1,4096}$')
const jsonStart = /^\s*[{["]/
const encodedByte = boundedPattern('%[0-9A-Fa-f]{2}')
const shortestRun = 16

/** Runs of base64 letters, in one pass. Line breaks inside of a text that is nothing else do not end a run. */
function base64Runs(text: string): readonly string[] {
  const runs: string[] = []
  const joined = /[\r\n]/.test(text) ? text.replaceAll(/[\r\n\t ]/g, '') : text
  for (const candidate of joined === text ? [text] : [text, joined]) {
    let start = 0
    for (let place = 0; place <= candidate.length; place += 1) {
      if (place < candidate.length && isBase64Code(candidate.charCodeAt(place))) continue
      if (place - start >= shortestRun) runs.push(candidate.slice(start, place))
      start = place + 1
    }
  }
  return runs
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const letterValues: readonly number[] = Object.freeze(
  Array.from({ length: 128 }, (_, code) =>
    letters.indexOf(String.fromCharCode(code).replace('-', '+').replace('_', '/')),
  ),
)

/** How many bytes follow `byte` in a character that counts as text; undefined where none does. */
function followingBytes(byte: number): number | undefined {
  if (byte < 0x80) return (byte >= 0x20 && byte !== 0x7f) || [9, 10, 13].includes(byte) ? 0 : undefined
  if (byte < 0xc2 || byte >= 0xf0) return undefined
  return byte < 0xe0 ? 1 : 2
}

/** Whether the first bytes in `run` could be text. Digests and ids, which only look like base64, mostly fail here. */
function startsAsText(run: string): boolean {
  let bits = 0
  let held = 0
  let following = 0
  for (let place = 0; place < run.length && place < 32; place += 1) {
    bits = ((bits << 6) | (letterValues[run.charCodeAt(place)] ?? 0)) & 0xfff
    held += 6
    if (held < 8) continue
    held -= 8
    const byte = (bits >> held) & 0xff
    if (following > 0) {
      if ((byte & 0xc0) !== 0x80) return false
      following -= 1
    } else {
      const more = followingBytes(byte)
      if (more === undefined) return false
      following = more
    }
  }
  return true
}

function decodeBase64(run: string): string | undefined {
  if (!startsAsText(run)) return undefined
  const text = Buffer.from(run, 'base64').toString('utf8')
  return text.length >= 8 && printableStart.test(text.slice(0, 4096)) ? text : undefined
}

function decodeJson(text: string): JsonValue | undefined {
  if (!jsonStart.test(text)) return undefined
  try {
    return JSON.parse(text.trim()) as JsonValue
  } catch {
    return undefined
  }
}

function decodeUrl(text: string): string | undefined {
  if (!text.includes('%') || !encodedByte.test(text)) return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
  }
}

const nothing: readonly never[] = Object.freeze([])

/** What `text` holds in base64, in URL encoding or as JSON, but for what `used` opened before. Binary stays closed. */
export function decodings(text: string, used: readonly Decoder[]): readonly Decoding[] {
  if (text.length < 8) return nothing
  const found: Decoding[] = []
  const json = used.includes('json') ? undefined : decodeJson(text)
  if (json !== undefined) found.push({ decoder: 'json', value: json })
  for (const run of text.length < shortestRun || used.includes('base64') ? nothing : base64Runs(text)) {
    const decoded = decodeBase64(run)
    if (decoded !== undefined) found.push({ decoder: 'base64', value: decoded })
  }
  const url = used.includes('url') ? undefined : decodeUrl(text)
  if (url !== undefined) found.push({ decoder: 'url', value: url })
  return found.length === 0 ? nothing : found
}
