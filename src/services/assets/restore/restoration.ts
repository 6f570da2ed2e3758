import type { AskedVersion, RestoreProblem } from '../../../domain/asset/restore.ts'
import type { AssetId, CommandId, Digest } from '../../../domain/identifiers.ts'
import type { Change } from '../../../domain/plan/difference.ts'
import type { ProblemCode } from '../../../domain/problem-code.ts'
import type { RepeatableRequest } from '../../idempotency/claim-key.ts'
import { Refused } from '../../refused.ts'
import type { AssetState } from '../view/asset-state.ts'

export interface AskedRestore {
  readonly asset: AssetId
  /** The one that is to come back. */
  readonly version: number
  /** Shows what would happen, and changes nothing. */
  readonly dryRun: boolean
  /** Entity tags of what the caller saw, where they said so. */
  readonly seen: readonly string[] | null
  readonly idempotency: RepeatableRequest
}

export interface NamedVersion {
  readonly version: number
  readonly digest: Digest
}

/** What counts, or in production is in use, before and after. */
export interface Restoration {
  readonly dryRun: boolean
  readonly restoredFrom: number
  readonly before: NamedVersion
  readonly after: NamedVersion
  /** In a dry run what would change, masked where it looks confidential. */
  readonly diff?: readonly Change[]
}

export type RestoredAsset =
  | {
      readonly kind: 'restored'
      readonly asset: AssetState
      readonly restoration: Restoration
      readonly replayed: boolean
    }
  | { readonly kind: 'pending'; readonly command: CommandId; readonly replayed: boolean }

/** The version as a store's row tells it. */
export interface StoredVersion extends AskedVersion {
  readonly digest: Digest
  /** Null once they were erased. */
  readonly bytes: Uint8Array | null
}

const problems: Readonly<Record<RestoreProblem, readonly [ProblemCode, string]>> = Object.freeze({
  unknown: ['not-found', 'The asset has no such version. See its versions.'],
  deleted: ['illegal-state', 'The asset is deleted; nothing of it comes back.'],
  current: ['illegal-state', 'This version is the one that counts already. Name an older one.'],
  'same-content': ['illegal-state', 'The newest version has this very content already.'],
  erased: ['illegal-state', 'The content of this version was erased and does not come back.'],
  'needs-approval': [
    'forbidden',
    'The policy of this environment lets older versions back by approval alone. Restore the content in staging, and ' +
      'request its promotion.',
  ],
  'never-live': [
    'illegal-state',
    'This version was never in use here. Only the rollout of its promotion activates it.',
  ],
})

/** A refusal to restore a version of an asset that the caller sees. In production it is on record. */
export class RefusedRestore extends Refused {}

/** What speaks against restoring, as the public API says it. */
export function refusalOf(problem: RestoreProblem): RefusedRestore {
  return new RefusedRestore(...problems[problem])
}
