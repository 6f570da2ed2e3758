import { isJsonArray } from '../domain/asset/json/json-array.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts'
import type { Breath } from './breath.ts'
import type { Piece, Screened, Structure } from './piece.ts'
import { type Decoder, decodings } from './text/decode.ts'
import { type Labels, openLabels } from './text/label.ts'
import { signsOf } from './text/sign.ts'

interface Place {
  readonly value: JsonValue
  readonly pointer: string
  readonly place: Piece['place']
  readonly names: readonly string[]
  readonly container: number
  /** Decoders that led here; none is used twice, which bounds the work. Inside of them everything stands at one leaf. */
  readonly decoded: readonly Decoder[]
}

const nothing: readonly never[] = Object.freeze([])

/** Names that siblings give to the values beside them: `{ "name": "password", "value": … }`. */
function siblingNames(members: readonly (readonly [string, JsonValue])[], labels: Labels): readonly string[] {
  const names: string[] = []
  for (const [member, value] of members) {
    if (typeof value === 'string' && value.length <= 300 && labels(member).isNaming) {
      names.push(labels(value).name)
    }
  }
  return names.length === 0 ? nothing : names
}

/** Short names of letters are what nearly all names are, and nothing that a rule could find. */
function mayHoldSomething(member: string): boolean {
  return member.length > 40 || (member.length >= 9 && /[^A-Za-z_]/.test(member))
}

/** The places inside of one container, made one at a time: content may have hundreds of thousands. */
interface Row {
  readonly count: number
  placeAt(index: number): Place | undefined
  next: number
}

function elementsOf(outer: Place, elements: readonly JsonValue[], container: number): Row {
  const { place, names, decoded } = outer
  const isFixed = decoded.length > 0 || place === 'name'
  return {
    count: elements.length,
    next: 0,
    placeAt(index) {
      const pointer = isFixed ? outer.pointer : `${outer.pointer}/${index}`
      return { value: elements[index] ?? null, pointer, place, names, container, decoded }
    },
  }
}

/** Each member's value, followed by its name where a rule could find something in that. */
function membersOf(outer: Place, object: JsonObject, container: number, labels: Labels): Row {
  const members = Object.entries(object)
  const siblings = siblingNames(members, labels)
  const { decoded, place } = outer
  const isFixed = decoded.length > 0 || place === 'name'
  return {
    count: 2 * members.length,
    next: 0,
    placeAt(index) {
      const [member, value] = members[index >> 1] ?? ['', null]
      if (index % 2 === 1) {
        if (!mayHoldSomething(member)) return undefined
        return { value: member, pointer: outer.pointer, place: 'name', names: nothing, container, decoded }
      }
      const own = labels(member)
      const pointer = isFixed ? outer.pointer : outer.pointer + own.pointer
      const names = own.isValuing ? [own.name, ...siblings, ...outer.names].slice(0, 8) : own.names
      return { value, pointer, place, names, container, decoded }
    },
  }
}

/** What stands encoded in a text. */
function decodedIn(outer: Place, text: string): Row | undefined {
  const found = decodings(text, outer.decoded)
  if (found.length === 0) return undefined
  return {
    count: found.length,
    next: 0,
    placeAt(index) {
      const decoding = found[found.length - 1 - index]
      return decoding && { ...outer, value: decoding.value, decoded: [...outer.decoded, decoding.decoder] }
    },
  }
}

/**
 * Every text and structure of `content` in document order, decoded: JSON, base64 and URL encoding inside of a text are
 * opened, each once. It never throws, however deep or odd the content is, and takes time linear in its size.
 */
export async function walk(content: JsonValue, breathe: Breath): Promise<Screened> {
  const pieces: Piece[] = []
  const structures: Structure[] = []
  const labels = openLabels()
  let containers = 0
  const whole: Place = {
    value: content,
    pointer: '',
    place: 'value',
    names: nothing,
    container: 0,
    decoded: nothing,
  }
  const open: Row[] = [{ count: 1, placeAt: () => whole, next: 0 }]
  for (let row = open.at(-1); row !== undefined; row = open.at(-1)) {
    if (row.next === row.count) {
      open.pop()
      continue
    }
    const at = row.placeAt(row.next)
    row.next += 1
    if (at === undefined) continue
    const { value, pointer, place, names, container } = at
    let length = 0
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value)
      length = text.length
      pieces.push({ pointer, place, text, signs: signsOf(text), names, container })
      const inside = decodedIn(at, text)
      if (inside !== undefined) open.push(inside)
    } else if (isJsonArray(value) || isJsonObject(value)) {
      containers += 1
      structures.push({ pointer, value })
      open.push(
        isJsonArray(value) ? elementsOf(at, value, containers) : membersOf(at, value, containers, labels),
      )
    }
    const pause = breathe(length)
    if (pause !== undefined) await pause
  }
  return { pieces, structures }
}
