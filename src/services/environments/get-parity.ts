import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import { type OpenEnvironment, openEnvironment } from '../assets/rules/open-environment.ts'
import type { ServiceContext } from '../context.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { standingOf } from '../people/standing.ts'
import { Refused } from '../refused.ts'
import {
  type ComparedEnvironments,
  countDifferences,
  type Difference,
  type DifferingAsset,
  differences,
  listDifferences,
} from './parity/compare-environments.ts'
import { readUnboundPlaces, type UnboundPlace } from './parity/unbound-places.ts'
import { type EnvironmentView, readEnvironment } from './read-environments.ts'
import { storeNamed } from './store-of-environment.ts'

/** Where one list of a comparison goes on. */
export interface ParityPlace {
  readonly list: Difference | 'unbound'
  readonly after: AssetId
}

export interface ParityQuery {
  readonly environment: EnvironmentId
  readonly other: EnvironmentId
  readonly limit: number
  /** Reads this list alone. All of them from their beginning when left out. */
  readonly place?: ParityPlace | undefined
}

export interface ParityList<Item> {
  /** Null where counting would mean to read too much. */
  readonly count: number | null
  readonly items: readonly Item[]
  readonly next: AssetId | null
}

export type Parity = Readonly<Record<Difference, ParityList<DifferingAsset>>> & {
  readonly unbound: ParityList<UnboundPlace>
}

const nothing = Object.freeze({ items: [], next: null })

async function otherEnvironment(
  { caller }: ServiceContext,
  { control, environment }: OpenEnvironment,
  other: EnvironmentId,
): Promise<EnvironmentView> {
  if (other === environment) {
    throw new Refused('invalid-parameter', 'An environment is compared with another one.', [
      { pointer: 'with', message: 'must be another environment' },
    ])
  }
  const standing = await standingOf(control, caller.actor, other)
  const found = mayDo('asset.read', standing) ? await readEnvironment(control, other) : undefined
  if (found === undefined) throw notFound()
  return found
}

function comparedWith({ environment, kind }: OpenEnvironment, other: EnvironmentView): ComparedEnvironments {
  const forth = { here: environment, there: other.id, source: environment, destination: other.id }
  const back = kind === 'production' && other.kind === 'staging'
  return back ? { ...forth, source: other.id, destination: environment } : forth
}

async function differencesOf(
  { control }: OpenEnvironment,
  compared: ComparedEnvironments,
  { limit, place }: ParityQuery,
): Promise<Readonly<Record<Difference, ParityList<DifferingAsset>>>> {
  const counts = await countDifferences(control, compared)
  const lists = new Map<Difference, ParityList<DifferingAsset>>()
  for (const difference of differences) {
    const count = counts.get(difference) ?? 0
    if (count === 0 || (place !== undefined && place.list !== difference)) {
      lists.set(difference, { count, ...nothing })
      continue
    }
    const from = place === undefined ? { difference } : { difference, after: place.after }
    const read = await listDifferences(control, compared, { ...from, limit: limit + 1 })
    const items = read.slice(0, limit)
    lists.set(difference, { count, items, next: read.length > limit ? (items.at(-1)?.asset ?? null) : null })
  }
  return Object.fromEntries(lists) as Record<Difference, ParityList<DifferingAsset>>
}

async function unboundOf(
  { stores }: ServiceContext,
  { control }: OpenEnvironment,
  { source, destination }: ComparedEnvironments,
  sides: readonly EnvironmentView[],
  { limit, place }: ParityQuery,
): Promise<ParityList<UnboundPlace>> {
  const kindOf = (id: EnvironmentId) => sides.find((side) => side.id === id)
  const from = kindOf(source)
  if (from?.kind !== 'staging' || kindOf(destination)?.kind !== 'production') return { count: 0, ...nothing }
  if (place !== undefined && place.list !== 'unbound') return { count: null, ...nothing }
  const after = place === undefined ? {} : { after: place.after }
  const query = { source, destination, limit, ...after }
  const { places, next } = await readUnboundPlaces(control, storeNamed(stores, from.store), query)
  return { count: place === undefined && next === null ? places.length : null, items: places, next }
}

/**
 * How an environment and another one differ. With a key of the first, by whoever also has a role in the other; nothing of
 * either's content is told. `behind` and `drifted` are of assets that a promotion has linked.
 *
 * @throws Refused `not-found` for an environment that the key does not open, or another in which the caller has no role.
 */
export function getParity(context: ServiceContext, query: ParityQuery): Promise<Parity> {
  return openEnvironment(context, query.environment, async (opened) => {
    const other = await otherEnvironment(context, opened, query.other)
    const own = await readEnvironment(opened.control, opened.environment)
    if (own === undefined) throw notFound()
    const compared = comparedWith(opened, other)
    const unbound = await unboundOf(context, opened, compared, [own, other], query)
    return { ...(await differencesOf(opened, compared, query)), unbound }
  })
}
