import type { AssetType } from '../asset-type.ts'
import { parsePointer } from '../json/pointer.ts'
import type { RuleProblem } from '../structure/rule-problem.ts'
import { schemaProblems } from './schema-problems.ts'
import { secretProblems } from './secret-problems.ts'

interface Place {
  /** Where the definition says it. */
  readonly at: string
  readonly pointer: string
  /** Whether the place may be the content as a whole. */
  readonly whole: boolean
  /** Whether `*` may stand in it. */
  readonly pattern: boolean
}

function listed(
  member: string,
  pointers: readonly string[],
  kind: Pick<Place, 'whole' | 'pattern'>,
): Place[] {
  return pointers.map((pointer, index) => ({ at: `/${member}/${index}`, pointer, ...kind }))
}

const pattern = { whole: false, pattern: true }
const each = { whole: true, pattern: true }
const single = { whole: true, pattern: false }

function placesOfChecks({ checks = [] }: AssetType): readonly Place[] {
  return checks.flatMap((check, index) => {
    const at = `checks/${index}`
    switch (check.check) {
      case 'agree':
      case 'distinct':
        return [
          { at: `/${at}/each`, pointer: check.each, ...each },
          ...listed(`${at}/members`, check.members, single),
        ]
      case 'equal':
        return listed(`${at}/pointers`, check.pointers, single)
      case 'contained':
        return [
          { at: `/${at}/each`, pointer: check.each, ...pattern },
          { at: `/${at}/in`, pointer: check.in, ...pattern },
        ]
      case 'exclusive':
        return [{ at: `/${at}/each`, pointer: check.each, ...each }]
      default:
        return check satisfies never
    }
  })
}

function placesOf(type: AssetType): readonly Place[] {
  const { references, bindings, secrets, immutable, local = [], cardinality, unique = [] } = type
  const { landsAs = [], partnerOwned = [] } = type
  const pointers = (rules: readonly { readonly pointer: string }[], member: string) =>
    rules.map(({ pointer }, index) => ({ at: `/${member}/${index}/pointer`, pointer, ...pattern }))
  return [
    ...pointers(references, 'references'),
    ...listed('bindings', bindings, pattern),
    ...listed('secrets', secrets, pattern),
    ...listed('immutable', immutable, pattern),
    ...listed('local', local, pattern),
    ...(cardinality === undefined
      ? []
      : [{ at: '/cardinality/pointer', pointer: cardinality.pointer, ...pattern }]),
    ...unique.flatMap((rule, index) => [
      { at: `/unique/${index}/each`, pointer: rule.each, ...each },
      ...listed(`unique/${index}/members`, rule.members, single),
    ]),
    ...pointers(landsAs, 'landsAs'),
    ...pointers(partnerOwned, 'partnerOwned'),
    ...placesOfChecks(type),
  ]
}

function placeProblem({ at, pointer, whole, pattern }: Place): readonly RuleProblem[] {
  try {
    const tokens = parsePointer(pointer)
    if (!whole && tokens.length === 0) return [{ pointer: at, message: 'must lead into the content' }]
    if (!pattern && tokens.includes('*'))
      return [{ pointer: at, message: 'must lead to one place, without *' }]
    return []
  } catch {
    return [{ pointer: at, message: 'is no JSON Pointer' }]
  }
}

/**
 * What is wrong with the definition of an asset type, by pointers into it. `known` are the names of the types that
 * references may lead to besides itself. Whether its patterns run in linear time and its schema compiles is judged elsewhere.
 */
export function definitionProblems(type: AssetType, known: ReadonlySet<string>): readonly RuleProblem[] {
  const places = placesOf(type).flatMap(placeProblem)
  const strangers = type.references.flatMap(({ types }, index) =>
    types.flatMap((name, place) =>
      name === type.name || known.has(name)
        ? []
        : [{ pointer: `/references/${index}/types/${place}`, message: 'is no asset type' }],
    ),
  )
  const reasons =
    type.promotable && type.notPromotableBecause !== undefined
      ? [{ pointer: '/notPromotableBecause', message: 'says why a type is not promotable, and this one is' }]
      : []
  const ofSchema = schemaProblems(type.schema).map(({ pointer, message }) => ({
    pointer: `/schema${pointer}`,
    message,
  }))
  const ofSecrets = places.length === 0 ? secretProblems(type) : []
  return [...ofSchema, ...places, ...strangers, ...reasons, ...ofSecrets]
}
