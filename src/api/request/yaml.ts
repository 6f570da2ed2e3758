import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, stringify } from 'yaml'
import type { JsonObject, JsonValue } from '../../domain/json.ts'
import { Refused } from '../../services/refused.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import type { BodyLimits } from './body.ts'

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

function refuse(detail: string): never {
  throw new Refused('malformed-yaml', detail)
}

function scalarText(value: unknown, source: string | undefined): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return refuse('A number of the document is none that JSON has.')
    // As it was written, so that one that cannot be kept exactly is refused like one in JSON.
    return source !== undefined && jsonNumber.test(source) ? source : JSON.stringify(value)
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  return refuse('The document holds a value that JSON does not have.')
}

function jsonText(node: Node | null, depth: number): string {
  if (node === null) return 'null'
  if (depth < 0) throw new Refused('too-deep', 'The body is nested too deep.')
  if (isAlias(node) || ('anchor' in node && node.anchor)) {
    return refuse('Write the document without anchors and aliases.')
  }
  if (node.tag !== undefined) return refuse('Write the document without tags.')
  if (isScalar(node)) return scalarText(node.value, node.source)
  if (isSeq<Node>(node)) return `[${node.items.map((item) => jsonText(item, depth - 1)).join()}]`
  if (!isMap<Node, Node>(node)) return refuse('The document holds a value that JSON does not have.')
  const members = node.items.map(({ key, value }) => {
    if (!isScalar(key) || typeof key.value !== 'string') return refuse('Every key has to be text.')
    return `${jsonText(key, 0)}:${jsonText(value, depth - 1)}`
  })
  return `{${members.join()}}`
}

/**
 * Parses one YAML 1.2 document of what JSON can hold, as strictly as `parseStrict`, which judges it in the end: no anchors,
 * aliases, tags or merge keys, no key twice.
 *
 * @throws Refused `malformed-yaml` or `too-deep`, JsonRefused for what JSON refuses as well.
 */
export function parseYaml(bytes: Uint8Array, limits: BodyLimits): JsonValue {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse('The document is not valid UTF-8.')
  }
  // The library compares each key with all before it; the strict parser finds one that stands twice by itself.
  const options = { schema: 'core', uniqueKeys: false, prettyErrors: false } as const
  const document = parseDocument<Node>(text, options)
  const [problem] = [...document.errors, ...document.warnings]
  if (problem?.code === 'RESOURCE_EXHAUSTION') throw new Refused('too-deep', 'The body is nested too deep.')
  if (problem !== undefined) {
    const line = text.slice(0, problem.pos[0]).split('\n').length
    return refuse(`The body is no YAML 1.2 document that could be read: look at line ${line}.`)
  }
  return parseStrict(Buffer.from(jsonText(document.contents, limits.depth)), { depth: limits.depth })
}

/** A document as YAML, below comment lines. */
export function writeYaml(document: JsonObject, comments: readonly string[]): string {
  const yaml = stringify(document, { schema: 'core', aliasDuplicateObjects: false, lineWidth: 0 })
  return `${comments.map((line) => `# ${line}\n`).join('')}${yaml}`
}
