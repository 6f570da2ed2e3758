import { lt } from 'drizzle-orm'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { unknownAsset } from './view/asset-state.ts'
import { readVersions, type VersionState } from './view/version-state.ts'

export interface VersionQuery {
  readonly asset: AssetId
  readonly limit: number
  /** Only versions below this one. */
  readonly below?: number | undefined
}

/**
 * Versions of an asset without their content, newest first: one more than `limit` where there are more.
 *
 * @throws Refused `not-found`.
 */
export function listVersions(
  context: ServiceContext,
  { asset, limit, below }: VersionQuery,
): Promise<readonly VersionState[]> {
  const filter = below === undefined ? undefined : lt(assetVersion.version, below)
  return openEnvironment(context, null, async (opened) => {
    const versions = await withOrganization(opened.store, context.caller.organization, (transaction) =>
      readVersions(opened, transaction, asset, filter, limit + 1),
    )
    if (versions === undefined) throw unknownAsset()
    return versions
  })
}
