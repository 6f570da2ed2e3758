import { isJsonArray } from '../../../src/domain/asset/json/json-array.ts'
import { formatPointer } from '../../../src/domain/asset/json/pointer.ts'
import { isJsonObject, type JsonValue } from '../../../src/domain/json.ts'
import type { Subject } from '../../../src/screening/finding.ts'

/** A value that rules should find, where it stands in a configuration. */
export class Planted {
  readonly about: Subject
  readonly value: JsonValue
  constructor(about: Subject, value: JsonValue) {
    this.about = about
    this.value = value
  }
}

/** A configuration as it is written down here, with planted values in it. */
export type Draft = JsonValue | Planted | readonly Draft[] | { readonly [member: string]: Draft }

export interface CorpusCase {
  readonly name: string
  readonly content: JsonValue
  readonly planted: readonly { readonly pointer: string; readonly about: Subject }[]
}

export const secret = (value: JsonValue) => new Planted('secret', value)
export const patient = (value: JsonValue) => new Planted('patient-data', value)

/** A case from its draft: the content, and the pointers of what was planted. */
export function corpusCase(name: string, draft: Draft): CorpusCase {
  const planted: { readonly pointer: string; readonly about: Subject }[] = []
  const plain = (value: Draft, pointer: string): JsonValue => {
    if (value instanceof Planted) {
      planted.push({ pointer, about: value.about })
      return value.value
    }
    if (isJsonArray(value as JsonValue)) {
      return (value as readonly Draft[]).map((one, index) => plain(one, `${pointer}/${index}`))
    }
    if (!isJsonObject(value as JsonValue)) return value as JsonValue
    return Object.fromEntries(
      Object.entries(value as Record<string, Draft>).map(([member, one]) => [
        member,
        plain(one, pointer + formatPointer([member])),
      ]),
    )
  }
  const content = plain(draft, '')
  return { name, content, planted }
}

export function cases(prefix: string, drafts: Readonly<Record<string, Draft>>): readonly CorpusCase[] {
  return Object.entries(drafts).map(([name, draft]) => corpusCase(`${prefix}: ${name}`, draft))
}
