import { isJsonArray } from '../domain/asset/json/json-array.ts'
import { formatPointer } from '../domain/asset/json/pointer.ts'
import { isJsonObject, type JsonValue } from '../domain/json.ts'
import type { Change } from '../domain/plan/difference.ts'
import type { ScreeningFinding } from './finding.ts'

/** What stands in the place of what was found. */
export function maskOf(rule: string): string {
  return `••• masked: ${rule}`
}

type Masks = ReadonlyMap<string, ScreeningFinding>

function masksOf(findings: readonly ScreeningFinding[]): Masks {
  return new Map(findings.map((finding) => [finding.pointer, finding]))
}

/** The finding at `pointer` or above it, if there is one. */
function covering(masks: Masks, pointer: string): ScreeningFinding | undefined {
  let rest = pointer
  let found = masks.get(rest)
  while (rest !== '') {
    rest = rest.slice(0, rest.lastIndexOf('/'))
    found = masks.get(rest) ?? found
  }
  return found
}

function masked(value: JsonValue, pointer: string, masks: Masks): JsonValue {
  const finding = masks.get(pointer)
  if (finding !== undefined) return maskOf(finding.rule)
  if (isJsonArray(value)) {
    return value.map((element, index) => masked(element, `${pointer}/${index}`, masks))
  }
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      member,
      masked(inner, pointer + formatPointer([member]), masks),
    ]),
  )
}

/** A copy of `content` with a fixed mark in the place of everything that `findings`, of the same content, point at. */
export function maskContent(content: JsonValue, findings: readonly ScreeningFinding[]): JsonValue {
  return findings.length === 0 ? content : masked(content, '', masksOf(findings))
}

function maskedAt(value: JsonValue, pointer: string, masks: Masks): JsonValue {
  const above = covering(masks, pointer)
  return above === undefined ? masked(value, pointer, masks) : maskOf(above.rule)
}

/**
 * A difference with a fixed mark in the place of every value that was found: `from` by the findings of the content
 * before, `to` by those of the content after. What is done stays readable; a pointer ends above a name that was found.
 */
export function maskChanges(
  changes: readonly Change[],
  findings: { readonly before: readonly ScreeningFinding[]; readonly after: readonly ScreeningFinding[] },
): readonly Change[] {
  const before = masksOf(findings.before)
  const after = masksOf(findings.after)
  const named = masksOf([...findings.before, ...findings.after].filter(({ place }) => place === 'name'))
  return changes.map((change): Change => {
    const pointer = covering(named, change.pointer)?.pointer ?? change.pointer
    switch (change.op) {
      case 'add':
        return { pointer, op: change.op, to: maskedAt(change.to, change.pointer, after) }
      case 'remove':
        return { pointer, op: change.op, from: maskedAt(change.from, change.pointer, before) }
      case 'replace':
        return {
          pointer,
          op: change.op,
          from: maskedAt(change.from, change.pointer, before),
          to: maskedAt(change.to, change.pointer, after),
        }
      default:
        return change satisfies never
    }
  })
}
