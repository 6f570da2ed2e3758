import type { AssetId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { readAsset } from './view/asset-state.ts'
import { type ScreenedAsset, withWarnings } from './view/content-warnings.ts'

/**
 * An asset of the environment of the caller's key, without its content, and with what rules say about it.
 *
 * @throws Refused `not-found`, also for an asset of any other environment.
 */
export function getAsset(context: ServiceContext, asset: AssetId): Promise<ScreenedAsset> {
  return openEnvironment(context, null, async (opened) =>
    withWarnings(opened, await readAsset(opened, asset)),
  )
}
