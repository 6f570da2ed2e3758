import type { StorePool } from '../../../db/pool.ts'
import { heardLater, type Transaction, whileHeld, withOrganization } from '../../../db/transaction.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import { mayDo } from '../../../domain/rights/judge.ts'
import type { Standing } from '../../../domain/rights/standing.ts'
import type { EnvironmentKind, ServiceContext } from '../../context.ts'
import { storeNamed } from '../../environments/store-of-environment.ts'
import { standingOf } from '../../people/standing.ts'
import { Refused } from '../../refused.ts'

/** The one environment that the caller's key opens. */
export interface OpenEnvironment {
  readonly environment: EnvironmentId
  readonly kind: EnvironmentKind
  /** What its actor holds there; some role at least. */
  readonly standing: Standing
  /** Where its assets are. In production this login may only read. */
  readonly store: StorePool
  /** A transaction in control. The rights that were read here stay as they are until it ends. */
  readonly control: Transaction
}

/**
 * The store of the environment of the caller's key, for what rests on no right that is held: what is on record already,
 * or what is taken back.
 *
 * @throws Refused `not-found` for a key of the organization, `unavailable` when this process has no address of the store.
 */
export function storeOfDoor({
  caller: { door },
  stores,
}: Pick<ServiceContext, 'caller' | 'stores'>): StorePool {
  if (door.kind === 'environment') return storeNamed(stores, door.store)
  throw otherDoor()
}

function otherDoor(): Refused {
  return new Refused('not-found', 'Your key opens no such environment. Use a key of that environment.')
}

/** An environment while what the caller's actor holds there is being asked. */
export interface OpeningEnvironment extends Omit<OpenEnvironment, 'standing'> {
  /**
   * Rejects with Refused `not-found` where the actor holds no role there. Until then nothing is answered, written or told
   * from what was read.
   */
  readonly opened: Promise<OpenEnvironment>
}

async function standingIn(
  control: Transaction,
  { caller: { actor } }: Pick<ServiceContext, 'caller'>,
  environment: EnvironmentId,
): Promise<Standing> {
  const standing = await standingOf(control, actor, environment)
  if (standing === undefined || !mayDo('asset.read', standing, { through: 'environment' })) {
    throw new Refused('not-found', 'You have no role in this environment.')
  }
  return standing
}

/**
 * As `openEnvironment`, for what may read while its rights are asked: `work` waits for `opened` itself.
 *
 * @throws Refused as there.
 */
export async function openingEnvironment<Result>(
  context: ServiceContext,
  asked: EnvironmentId | null,
  work: (opening: OpeningEnvironment) => Promise<Result>,
): Promise<Result> {
  const { caller, stores } = context
  const { door, organization } = caller
  if (door.kind !== 'environment' || (asked !== null && asked !== door.environment)) {
    throw otherDoor()
  }
  const { environment, environmentKind: kind, store: name } = door
  return withOrganization(stores.control, organization, (control) => {
    const standing = heardLater(standingIn(control, context, environment))
    const store = whileHeld(storeNamed(stores, name), control)
    const place = { environment, kind, store, control }
    const opened = heardLater(standing.then((held) => ({ ...place, standing: held })))
    return work({ ...place, opened })
  })
}

/**
 * Runs `work` in the environment of the caller's key. Connections are always taken in this order, control before the
 * environment's store, so that no two requests wait for each other's.
 *
 * @throws Refused `not-found` when the key opens another door than `asked`, or its actor holds no role there,
 * `unavailable` when this process was given no address of the environment's store.
 */
export function openEnvironment<Result>(
  context: ServiceContext,
  asked: EnvironmentId | null,
  work: (opened: OpenEnvironment) => Promise<Result>,
): Promise<Result> {
  return openingEnvironment(context, asked, async ({ opened }) => work(await opened))
}
