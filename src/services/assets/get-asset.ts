import type { DriftFinding } from '../../domain/drift/drift.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { noticeDrift } from '../drift/notice-drift.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { readAsset } from './view/asset-state.ts'
import type { AssociationState } from './view/associations.ts'
import { type ScreenedAsset, withWarnings } from './view/content-warnings.ts'

/**
 * An asset of the environment of the caller's key, without its content, and with what rules say about it. In
 * production its bytes are compared with what was last landed.
 *
 * @throws Refused `not-found`, also for an asset of any other environment.
 */
export function getAsset(context: ServiceContext, asset: AssetId): Promise<ScreenedAsset> {
  return openEnvironment(context, null, async (opened) => {
    const state = await withWarnings(context, opened, await readAsset(opened, asset))
    const { association } = state
    if (opened.kind !== 'production' || association === undefined) return state
    const finding = await noticeDrift(context.caller, opened, asset)
    return typeof finding === 'string' ? { ...state, association: drifted(association, finding) } : state
  })
}

function drifted(association: AssociationState, finding: DriftFinding): AssociationState {
  return { ...association, status: 'drifted', finding }
}
