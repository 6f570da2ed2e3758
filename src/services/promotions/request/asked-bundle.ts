import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import type { Binding } from '../../../domain/plan/binding.ts'

/** An asset as a request names it; without a version, the newest one is meant. */
export interface AskedAsset {
  readonly id: AssetId
  readonly type: string
  readonly version?: number | undefined
}

/** Which assets are to go where. */
export interface AskedBundle {
  readonly promotingAssets: readonly AskedAsset[]
  readonly fromEnvironment: EnvironmentId
  readonly toEnvironment: EnvironmentId
  readonly bindings: readonly Binding[]
}
