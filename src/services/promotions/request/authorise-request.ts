import { heardLater, type Transaction } from '../../../db/transaction.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import { findTypes } from '../../assets/types/find-types.ts'
import type { Caller } from '../../context.ts'
import { type EnvironmentView, readEnvironmentsOf } from '../../environments/read-environments.ts'
import { visibleEnvironments } from '../../environments/visible-environments.ts'
import { requireAct } from '../../people/require-right.ts'
import { standingOf } from '../../people/standing.ts'
import { Refused } from '../../refused.ts'
import { placeOf } from '../place-of.ts'
import type { AskedBundle } from './asked-bundle.ts'

// Where it comes to that, also what another key of theirs opens: whoever takes the wrong one is told so.
async function knownEnvironments(
  transaction: Transaction,
  caller: Caller,
  asked: readonly EnvironmentId[],
): Promise<readonly EnvironmentView[]> {
  const visible = await visibleEnvironments(transaction, caller)
  if (asked.every((id) => visible.some((one) => one.id === id))) return visible
  const held = await readEnvironmentsOf(transaction, caller.actor)
  return [...held.filter(({ role }) => role !== null), ...visible]
}

function requireKnown(known: readonly EnvironmentView[], id: EnvironmentId): EnvironmentView {
  const found = known.find((one) => one.id === id)
  if (found !== undefined) return found
  throw new Refused('not-found', 'There is no such environment, or you may not see it.')
}

/**
 * Who may write all the assets in the source may ask for their promotion, with a key of the source.
 *
 * @throws Refused for an environment the caller does not see, a wrong direction, or a missing right.
 */
export async function authoriseRequest(
  transaction: Transaction,
  caller: Caller,
  { fromEnvironment, toEnvironment, promotingAssets }: AskedBundle,
): Promise<void> {
  const reading = heardLater(standingOf(transaction, caller.actor, fromEnvironment))
  const known = await knownEnvironments(transaction, caller, [fromEnvironment, toEnvironment])
  const source = requireKnown(known, fromEnvironment)
  const destination = known.find(({ id }) => id === toEnvironment)
  if (source.kind !== 'staging' || (destination !== undefined && destination.kind !== 'production')) {
    throw new Refused('wrong-direction', 'A promotion leads from a staging to a production environment.')
  }
  const through = placeOf(caller, { source: fromEnvironment, destination: toEnvironment })
  const standing = await reading
  const types = await findTypes(
    transaction,
    promotingAssets.map(({ type }) => type),
  )
  for (const [place, { type }] of promotingAssets.entries()) {
    const found = types.get(type)
    if (found === undefined) {
      const errors = [{ pointer: `/promotingAssets/${place}/type`, message: 'is no asset type' }]
      throw new Refused('invalid-body', 'There is no such asset type.', errors)
    }
    if (!found.promotable) {
      const errors = [{ pointer: `/promotingAssets/${place}`, message: 'is local to its environment' }]
      throw new Refused(
        'not-promotable',
        `Assets of type ${found.name} are local to their environment. ${found.notPromotableBecause ?? 'Create one in production, with a key of production.'}`,
        errors,
      )
    }
    requireAct('promotion.request', standing, { through, writableBy: found.writableBy })
  }
  requireKnown(known, toEnvironment)
}
