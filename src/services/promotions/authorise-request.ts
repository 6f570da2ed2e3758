import { and, eq } from 'drizzle-orm'
import { environment as environmentTable } from '../../db/control/environment.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { findTypes } from '../assets/types/find-types.ts'
import type { ServiceContext } from '../context.ts'
import { standingOf } from '../people/standing.ts'
import { Refused } from '../refused.ts'
import type { PromotionRequest } from './request-promotion.ts'

async function kindOf(transaction: Transaction, id: EnvironmentId): Promise<string | undefined> {
  const [row] = await transaction
    .select({ kind: environmentTable.kind })
    .from(environmentTable)
    .where(and(eq(environmentTable.organization, transaction.organization), eq(environmentTable.id, id)))
  return row?.kind
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
    async (transaction) => ({
      source: await kindOf(transaction, fromEnvironment),
      destination: await kindOf(transaction, toEnvironment),
      standing: await standingOf(transaction, caller.actor, fromEnvironment),
      types: await findTypes(
        transaction,
        promotingAssets.map(({ type }) => type),
      ),
    }),
  )
  if (source === undefined || destination === undefined) {
    throw new Refused('not-found', 'There is no such environment in your organization.')
  }
  if (source !== 'staging' || destination !== 'production') {
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
