import { canonicalBytes, sameBytes } from './canonical.ts'
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { parseStrict } from './strict-parse.ts'

// An entry bundle of C2SP tlog-tiles gives each entry a length of 16 bits.
const MAXIMUM_LEAF_BYTES = 65_535
const SPECVERSION = '1.0'
const MEMBERS = ['data', 'id', 'source', 'specversion', 'subject', 'time', 'type']
const NAME = /^[A-Za-z0-9/._-]+$/
// Printable ASCII without space, quote and backslash: what JSON writes as it is.
const REFERENCE = /^[\x21\x23-\x5b\x5d-\x7e]+$/
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$/

export type LeafRefusalReason =
  | 'too-large'
  | 'not-strict-json'
  | 'not-canonical'
  | 'wrong-members'
  | 'wrong-specversion'
  | 'wrong-id'
  | 'wrong-source'
  | 'wrong-subject'
  | 'wrong-time'
  | 'wrong-type'
  | 'wrong-data'

/** Raised for bytes that are no leaf and for parts that make none. The message never holds the refused value. */
export class LeafRefused extends Error {
  readonly reason: LeafRefusalReason

  constructor(reason: LeafRefusalReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'LeafRefused'
    this.reason = reason
  }
}

/** The CloudEvents 1.0 context attributes of a log entry. `time` is UTC, `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export interface LeafAttributes {
  readonly id: string
  readonly source: string
  readonly subject: string
  readonly time: string
  readonly type: string
}

/** A log entry as read: its attributes and its data. */
export interface Leaf extends LeafAttributes {
  readonly data: JsonObject
}

/**
 * The bytes of a log entry: a CloudEvents 1.0 JSON envelope (JSON format §3) in canonical form (RFC 8785), around
 * the canonical bytes of a JSON object. The database builds the same bytes. What it returns, `readLeaf` reads back.
 * Throws `LeafRefused`.
 */
export function buildLeaf(parts: LeafAttributes & { readonly data: Uint8Array }): Uint8Array {
  refuseWrongAttributes(parts)
  const data = parse(parts.data, 'wrong-data')
  if (!isJsonObject(data) || !sameBytes(canonicalBytes(data), parts.data)) {
    throw new LeafRefused(
      'wrong-data',
      'The data of a log entry is the canonical bytes (RFC 8785) of a JSON object.',
    )
  }
  const { id, source, subject, time, type } = parts
  const leaf = canonicalBytes({ data, id, source, specversion: SPECVERSION, subject, time, type })
  refuseTooLarge(leaf)
  return leaf
}

/**
 * Reads the bytes of a log entry, accepting only what `buildLeaf` can have built: strict JSON in canonical form with
 * exactly the seven members, a real instant with six decimals, and an object as data. Throws `LeafRefused`.
 */
export function readLeaf(bytes: Uint8Array): Leaf {
  refuseTooLarge(bytes)
  const leaf = parse(bytes, 'not-strict-json')
  if (!isJsonObject(leaf) || Object.keys(leaf).sort().join() !== MEMBERS.join()) {
    throw new LeafRefused(
      'wrong-members',
      `A log entry is an object of ${MEMBERS.join(', ')}, and nothing else.`,
    )
  }
  if (leaf.specversion !== SPECVERSION) {
    throw new LeafRefused('wrong-specversion', `A log entry is a CloudEvents ${SPECVERSION} envelope.`)
  }
  const attributes = {
    id: textOf(leaf.id),
    source: textOf(leaf.source),
    subject: textOf(leaf.subject),
    time: textOf(leaf.time),
    type: textOf(leaf.type),
  }
  refuseWrongAttributes(attributes)
  const { data } = leaf
  if (!isJsonObject(data)) throw new LeafRefused('wrong-data', 'The data of a log entry is a JSON object.')
  if (!sameBytes(canonicalBytes(leaf), bytes)) {
    throw new LeafRefused('not-canonical', 'A log entry is written in canonical form (RFC 8785).')
  }
  return { ...attributes, data }
}

function parse(bytes: Uint8Array, reason: LeafRefusalReason): JsonValue {
  try {
    // One level more than a document may have, for the envelope around it.
    return parseStrict(bytes, { bytes: MAXIMUM_LEAF_BYTES, depth: reason === 'wrong-data' ? 64 : 65 })
  } catch (error) {
    throw new LeafRefused(reason, 'A log entry and its data are strict JSON.', error)
  }
}

/** The empty text, which no attribute may be, stands for whatever is no text. */
function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function refuseTooLarge(bytes: Uint8Array): void {
  if (bytes.byteLength > MAXIMUM_LEAF_BYTES) {
    throw new LeafRefused('too-large', `A log entry has at most ${MAXIMUM_LEAF_BYTES} bytes.`)
  }
}

function refuseWrongAttributes({ id, source, subject, time, type }: LeafAttributes): void {
  if (!REFERENCE.test(id))
    throw new LeafRefused('wrong-id', 'An id is printable ASCII without spaces or quotes.')
  if (!REFERENCE.test(source)) {
    throw new LeafRefused('wrong-source', 'A source is printable ASCII without spaces or quotes.')
  }
  if (!NAME.test(subject)) throw new LeafRefused('wrong-subject', `A subject matches ${NAME.source}.`)
  if (!isInstant(time)) {
    throw new LeafRefused('wrong-time', 'A time is a UTC instant written YYYY-MM-DDTHH:MM:SS.ffffffZ.')
  }
  if (!NAME.test(type)) throw new LeafRefused('wrong-type', `A type matches ${NAME.source}.`)
}

function isInstant(time: string): boolean {
  if (!TIME.test(time)) return false
  // Date moves days that do not exist to ones that do, so only a real instant survives the way there and back.
  const seconds = new Date(`${time.slice(0, 19)}Z`)
  return !Number.isNaN(seconds.getTime()) && seconds.toISOString().slice(0, 19) === time.slice(0, 19)
}
