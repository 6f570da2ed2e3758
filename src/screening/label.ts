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

/** What names say, remembered for the length of one walk: content repeats the same ones over and over. */
export interface Labels {
  /** The words of a label in one text. */
  nameOf(label: string): string
  /** Whether a member of this name says what its siblings are: `name`, `header`, `path` … */
  isNaming(member: string): boolean
  /** Whether a member of this name holds a value whose meaning stands elsewhere: `value`, `constant`, `default` … */
  isValuing(member: string): boolean
}

interface Label {
  readonly name: string
  readonly compact: string
}

export function openLabels(): Labels {
  const known = new Map<string, Label>()
  const look = (label: string): Label => {
    const earlier = known.get(label)
    if (earlier !== undefined) return earlier
    const name = wordsOf(label).join(' ')
    const found = { name, compact: name.length > 40 ? '' : name.replaceAll(' ', '') }
    known.set(label, found)
    return found
  }
  return {
    nameOf: (label) => look(label).name,
    isNaming: (member) => naming.has(look(member).compact),
    isValuing: (member) => valuing.has(look(member).compact),
  }
}
