import { withOrganization } from '../../db/transaction.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { type AssetUse, readUsers, type UserPosition } from './references/read-users.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { readAsset } from './view/asset-state.ts'

export interface UsedByQuery {
  readonly asset: AssetId
  readonly limit: number
  readonly after?: UserPosition | undefined
}

/**
 * What uses an asset in the environment of the caller's key: one more than `limit` where there are more.
 *
 * @throws Refused `not-found`.
 */
export function listUsedBy(
  context: ServiceContext,
  { asset, limit, after }: UsedByQuery,
): Promise<readonly (AssetUse & UserPosition)[]> {
  return openEnvironment(context, null, async (opened) => {
    await readAsset(opened, asset)
    const { environment } = opened
    return withOrganization(opened.store, context.caller.organization, (transaction) =>
      readUsers(transaction, { asset, environment, limit: limit + 1, after }),
    )
  })
}
