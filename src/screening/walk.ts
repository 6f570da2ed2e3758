import { isJsonArray } from '../domain/asset/json-array.ts'
import { formatPointer } from '../domain/asset/pointer.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts'
import { type Decoding, decodings } from './decode.ts'
import { type Labels, openLabels } from './label.ts'
import type { Piece, Screened, Structure } from './piece.ts'

interface Place {
  readonly value: JsonValue
  readonly pointer: string
  readonly place: Piece['place']
  readonly names: readonly string[]
  readonly container: number
  /** Decoders that led here; none is used twice, which bounds the work. Inside of them everything stands at one leaf. */
  readonly decoded: readonly Decoding['decoder'][]
}

const nothing: readonly never[] = Object.freeze([])

/** Names that siblings give to the values beside them: `{ "name": "password", "value": … }`. */
function siblingNames(members: readonly (readonly [string, JsonValue])[], labels: Labels): readonly string[] {
  const names: string[] = []
  for (const [member, value] of members) {
    if (typeof value === 'string' && value.length <= 300 && labels.isNaming(member)) {
      names.push(labels.nameOf(value))
    }
  }
  return names.length === 0 ? nothing : names
}

/** Short names of letters are what nearly all names are, and nothing that a rule could find. */
function mayHoldSomething(member: string): boolean {
  return member.length > 40 || (member.length >= 9 && /[^A-Za-z_]/.test(member))
}

function elementsOf(place: Place, elements: readonly JsonValue[], container: number): Place[] {
  const isFixed = place.decoded.length > 0 || place.place === 'name'
  return elements.map((value, index) => {
    const pointer = isFixed ? place.pointer : `${place.pointer}/${index}`
    return { ...place, value, pointer, container }
  })
}

function membersOf(outer: Place, object: JsonObject, container: number, labels: Labels): Place[] {
  const members = Object.entries(object)
  const siblings = siblingNames(members, labels)
  const { decoded, place } = outer
  const isFixed = decoded.length > 0 || place === 'name'
  const found: Place[] = []
  for (const [member, value] of members) {
    const pointer = isFixed ? outer.pointer : outer.pointer + formatPointer([member])
    const own = labels.nameOf(member)
    const names = labels.isValuing(member) ? [own, ...siblings, ...outer.names].slice(0, 8) : [own]
    found.push({ value, pointer, place, names, container, decoded })
    if (mayHoldSomething(member)) {
      found.push({ value: member, pointer: outer.pointer, place: 'name', names: nothing, container, decoded })
    }
  }
  return found
}

/**
 * Every text and structure of `content`, decoded: JSON, base64 and URL encoding inside of a text are opened, each once.
 * It never throws, however deep or odd the content is, and takes time linear in its size.
 */
export function walk(content: JsonValue): Screened {
  const pieces: Piece[] = []
  const structures: Structure[] = []
  const labels = openLabels()
  let containers = 0
  const rest: Place[] = [
    { value: content, pointer: '', place: 'value', names: nothing, container: 0, decoded: nothing },
  ]
  // From the last to the first, so that the stack gives them in document order.
  const pushAll = (places: readonly Place[]) => {
    for (let index = places.length - 1; index >= 0; index -= 1) {
      const place = places[index]
      if (place !== undefined) rest.push(place)
    }
  }
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, pointer, place, names, container, decoded } = next
    if (typeof value === 'string' || typeof value === 'number') {
      const text = String(value)
      pieces.push({ pointer, place, text, names, container })
      for (const { decoder, value: inner } of decodings(text)) {
        if (!decoded.includes(decoder)) rest.push({ ...next, value: inner, decoded: [...decoded, decoder] })
      }
    } else if (isJsonArray(value) || isJsonObject(value)) {
      containers += 1
      structures.push({ pointer, value })
      pushAll(
        isJsonArray(value) ? elementsOf(next, value, containers) : membersOf(next, value, containers, labels),
      )
    }
  }
  return { pieces, structures }
}
