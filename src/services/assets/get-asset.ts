import type { AssetId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { type AssetState, readAsset } from './view/asset-state.ts'

/**
 * An asset of the environment of the caller's key, without its content.
 *
 * @throws Refused `not-found`, also for an asset of any other environment.
 */
export function getAsset(context: ServiceContext, asset: AssetId): Promise<AssetState> {
  return openEnvironment(context, null, (opened) => readAsset(opened, asset))
}
