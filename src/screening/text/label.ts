import { formatPointer } from '../../domain/asset/json/pointer.ts'

const naming = new Set(
  (
    'name key header headername field fieldname property propertyname param parameter parametername attribute ' +
    'variable option setting path selector idtype system question label'
  ).split(' '),
)
const valuing = new Set(
  (
    'value values constant content data default defaultvalue text literal schema then else equals answer ' +
    'example const to id terms plain plaintext'
  ).split(' '),
)

/**
 * The words of a name in lower case: `clientSecret`, `CLIENT_SECRET` and `x-client-secret` end with the same two. Of a
 * path, such as `$.Patient.Demographics.SSN`, only the last part counts.
 */
export function wordsOf(label: string): readonly string[] {
  const last = label
    .slice(-120)
    .split(/[./:#[\]()'"@]/)
    .findLast((part) => /[A-Za-z]/.test(part))
  return (last ?? '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]/)
    .filter((word) => word !== '')
}

/** What the name of a member says, or a text that names what stands beside it. */
export interface Label {
  /** Its words in one text. */
  readonly name: string
  /** The name itself as the last part of a pointer. */
  readonly pointer: string
  /** These words alone, as what names a value. */
  readonly names: readonly string[]
  /** Whether a member of this name says what its siblings are: `name`, `header`, `path` … */
  readonly isNaming: boolean
  /** Whether a member of this name holds a value whose meaning stands elsewhere: `value`, `constant`, `default` … */
  readonly isValuing: boolean
}

function labelOf(label: string): Label {
  const name = wordsOf(label).join(' ')
  const compact = name.length > 40 ? '' : name.replaceAll(' ', '')
  const pointer = formatPointer([label])
  return { name, pointer, names: [name], isNaming: naming.has(compact), isValuing: valuing.has(compact) }
}

/** Looks labels up, and remembers them for the length of one walk: content repeats the same ones over and over. */
export type Labels = (label: string) => Label

export function openLabels(): Labels {
  const known = new Map<string, Label>()
  return (label) => {
    const earlier = known.get(label)
    if (earlier !== undefined) return earlier
    const found = labelOf(label)
    known.set(label, found)
    return found
  }
}
