import type { JsonValue } from '../domain/json.ts'
import { boundedPattern } from './pattern.ts'

/** What a text holds in another encoding. */
export interface Decoding {
  readonly decoder: 'json' | 'base64' | 'url'
  readonly value: JsonValue
}

const printableStart = boundedPattern('^[\\t\\n\\r\\x20-\\x7e\\u00a0-\\ud7ff\\ue000-\\ufffc]{1,4096}$')
const encodedByte = boundedPattern('%[0-9A-Fa-f]{2}')
const shortestRun = 16

function isBase64Code(code: number): boolean {
  return (
    (code >= 65 && code <= 90) || // A-Z
    (code >= 97 && code <= 122) || // a-z
    (code >= 47 && code <= 57) || // / 0-9
    code === 43 || // +
    code === 45 || // -
    code === 95 // _
  )
}

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

function decodeBase64(run: string): string | undefined {
  const text = Buffer.from(run, 'base64').toString('utf8')
  return text.length >= 8 && printableStart.test(text.slice(0, 4096)) ? text : undefined
}

function decodeJson(text: string): JsonValue | undefined {
  const trimmed = text.trim()
  const first = trimmed[0]
  if (first !== '{' && first !== '[' && first !== '"') return undefined
  try {
    return JSON.parse(trimmed) as JsonValue
  } catch {
    return undefined
  }
}

function decodeUrl(text: string): string | undefined {
  if (!encodedByte.test(text)) return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
  }
}

const nothing: readonly never[] = Object.freeze([])

/** What `text` holds in base64, in URL encoding or as JSON, each opened once. Binary stays closed. */
export function decodings(text: string): readonly Decoding[] {
  if (text.length < 8) return nothing
  const found: Decoding[] = []
  const json = decodeJson(text)
  if (json !== undefined) found.push({ decoder: 'json', value: json })
  for (const run of base64Runs(text)) {
    const decoded = decodeBase64(run)
    if (decoded !== undefined) found.push({ decoder: 'base64', value: decoded })
  }
  const url = decodeUrl(text)
  if (url !== undefined) found.push({ decoder: 'url', value: url })
  return found
}
