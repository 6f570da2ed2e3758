import { heardLater, type Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { Standing } from '../../domain/rights/standing.ts'
import type { Caller, Door } from '../context.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { requireActive } from '../people/require-right.ts'
import { type EnvironmentOfActor, readEnvironmentsOf } from './read-environments.ts'

/**
 * An environment as somebody sees it. `outline`: its id, name and kind only, for who may write in staging and has to
 * name the destination; `administration`: members and policy too; `inside`: they have a role there.
 */
export interface VisibleEnvironment extends EnvironmentOfActor {
  readonly view: 'outline' | 'administration' | 'inside'
  readonly access: EnvironmentAccess
}

/** What the caller may do with an environment: with a key of it, or of the organization where they administer it. */
export interface EnvironmentAccess {
  readonly role: EnvironmentOfActor['role']
  readonly administer: boolean
  /** Where assets may be promoted from here. */
  readonly promoteTo: readonly EnvironmentId[]
}

function opens(door: Door, { id }: EnvironmentOfActor): boolean {
  return door.kind === 'organization' || door.environment === id
}

function writesInStaging(
  { kind, role }: EnvironmentOfActor,
  standing: Standing,
  through: 'organization' | 'source',
): boolean {
  return (
    kind === 'staging' && mayDo('environment.outline', { ...standing, environmentRole: role }, { through })
  )
}

function viewOf(
  environment: EnvironmentOfActor,
  { door }: Caller,
  standing: Standing,
  writesStaging: boolean,
): VisibleEnvironment['view'] | null {
  const there = { ...standing, environmentRole: environment.role }
  if (opens(door, environment) && mayDo('environment.inspect', there, { through: door.kind })) {
    return environment.role === null ? 'administration' : 'inside'
  }
  return environment.kind === 'production' && writesStaging ? 'outline' : null
}

/** Every environment that the caller sees with their key. */
export async function visibleEnvironments(
  transaction: Transaction,
  caller: Caller,
): Promise<readonly VisibleEnvironment[]> {
  const reading = heardLater(readEnvironmentsOf(transaction, caller.actor))
  const standing = await requireActive(transaction, caller)
  const { door } = caller
  const through = door.kind === 'organization' ? 'organization' : 'source'
  const environments = await reading
  const writesStaging = environments.some(
    (one) => opens(door, one) && writesInStaging(one, standing, through),
  )
  const visible = environments.flatMap((environment) => {
    const view = viewOf(environment, caller, standing, writesStaging)
    return view === null ? [] : [{ ...environment, view }]
  })
  const destinations = visible.flatMap(({ id, kind }) => (kind === 'production' ? [id] : []))
  return visible.map((environment): VisibleEnvironment => {
    const inside = environment.view === 'inside'
    const access = {
      role: inside ? environment.role : null,
      administer: environment.view !== 'outline' && mayDo('policy.propose', standing),
      promoteTo: inside && writesInStaging(environment, standing, 'source') ? destinations : [],
    }
    return { ...environment, access }
  })
}

/**
 * One environment that the caller sees.
 *
 * @throws Refused `not-found` for any other.
 */
export async function requireVisible(
  transaction: Transaction,
  caller: Caller,
  id: EnvironmentId,
): Promise<VisibleEnvironment> {
  const found = (await visibleEnvironments(transaction, caller)).find((one) => one.id === id)
  if (found === undefined) throw notFound()
  return found
}
