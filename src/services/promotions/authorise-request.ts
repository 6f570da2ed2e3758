import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { ActorId, EnvironmentId } from '../../domain/identifiers.ts'
import { findTypes } from '../assets/types/find-types.ts'
import type { ServiceContext } from '../context.ts'
import { type EnvironmentOfActor, readEnvironmentsOf } from '../environments/read-environments.ts'
import { administers } from '../people/require-role.ts'
import { type Standing, standingOf } from '../people/standing.ts'
import { Refused } from '../refused.ts'
import type { PromotionRequest } from './request-promotion.ts'

// As the list of environments has it, whatever the key: who administers sees all of them, who writes in staging sees where
// it is promoted to. Anything else is as if it were not there.
async function seenEnvironments(
  transaction: Transaction,
  actor: ActorId,
  standing: Standing | undefined,
): Promise<ReadonlyMap<EnvironmentId, EnvironmentOfActor>> {
  const all = await readEnvironmentsOf(transaction, actor)
  const administering = standing?.active === true && administers(standing)
  const writing = all.some(
    ({ kind, role }) => kind === 'staging' && (role === 'engineer' || role === 'support'),
  )
  const seen = all.filter(
    ({ kind, role }) => role !== null || administering || (writing && kind === 'production'),
  )
  return new Map(seen.map((one) => [one.id, one]))
}

/**
 * Who may write all the assets in the source may ask for their promotion, with a key of the source.
 *
 * @throws Refused for an environment the caller does not see, a wrong direction, or a missing right.
 */
export async function authoriseRequest(
  { caller, stores }: ServiceContext,
  { fromEnvironment, toEnvironment, promotingAssets }: PromotionRequest,
): Promise<void> {
  const { source, destination, standing, types } = await withOrganization(
    stores.control,
    caller.organization,
    async (transaction) => {
      const standing = await standingOf(transaction, caller.actor, fromEnvironment)
      const seen = await seenEnvironments(transaction, caller.actor, standing)
      const names = promotingAssets.map(({ type }) => type)
      return {
        source: seen.get(fromEnvironment),
        destination: seen.get(toEnvironment),
        standing,
        types: await findTypes(transaction, names),
      }
    },
  )
  if (source === undefined || destination === undefined) {
    throw new Refused('not-found', 'There is no such environment in your organization.')
  }
  if (source.kind !== 'staging' || destination.kind !== 'production') {
    throw new Refused('wrong-direction', 'A promotion leads from a staging to a production environment.')
  }
  if (caller.door.kind !== 'environment' || caller.door.environment !== fromEnvironment) {
    throw new Refused('forbidden', 'A promotion is requested with a key of the source environment.')
  }
  const role = standing?.active === true ? standing.environmentRole : null
  for (const [place, { type }] of promotingAssets.entries()) {
    const known = types.get(type)
    if (known === undefined) {
      const errors = [{ pointer: `/promotingAssets/${place}/type`, message: 'is no asset type' }]
      throw new Refused('invalid-body', 'There is no such asset type.', errors)
    }
    if (!known.promotable) {
      const errors = [{ pointer: `/promotingAssets/${place}`, message: 'is local to its environment' }]
      throw new Refused(
        'not-promotable',
        `Assets of type ${known.name} are local: create them in production with a key of production.`,
        errors,
      )
    }
    if (role === null || role === 'viewer' || !known.writableBy.includes(role)) {
      throw new Refused('forbidden', `Your role in the source may not write assets of type ${known.name}.`)
    }
  }
}
