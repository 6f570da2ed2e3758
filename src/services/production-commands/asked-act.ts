import type { AssetId, Digest, EnvironmentId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import { unreachable } from '../../domain/stream.ts'
import type { KeyClaim } from '../idempotency/claim-key.ts'
import type { SealedSecret } from '../secrets/seal-secret.ts'

interface ActOnAsset {
  readonly environment: EnvironmentId
  readonly asset: AssetId
  readonly type: string
  readonly name: string
  /** The version that the person saw; 0 for a new asset. */
  readonly expectedVersion: number
  /** Left out where a repetition changes nothing, or an expected version keeps it from acting twice. */
  readonly claim?: Omit<KeyClaim, 'resource'>
}

/** An act in production as a person asks for it. */
export type AskedAct = ActOnAsset &
  (
    | {
        readonly kind: 'create-asset' | 'write-version'
        /** Canonical bytes that the type allows. */
        readonly bytes: Uint8Array
        /** What was split off that content. */
        readonly secrets: readonly SealedSecret[]
      }
    | { readonly kind: 'supply-secret'; readonly secrets: readonly SealedSecret[] }
    | { readonly kind: 'restore'; readonly restoredVersion: number }
    | { readonly kind: 'erase'; readonly erasedVersion: number; readonly erasedDigest: Digest }
  )

/** Columns of the command's row that only some kinds have. */
interface ObjectColumns {
  readonly contentDigest?: Digest
  readonly restoredVersion?: number
  readonly erasedVersion?: number
  readonly erasedDigest?: Digest
}

/** Columns of the command's row that only its kind has. */
export function columnsOf(act: AskedAct, contentDigest: Digest | null): ObjectColumns {
  switch (act.kind) {
    case 'create-asset':
    case 'write-version':
      return contentDigest === null ? {} : { contentDigest }
    case 'supply-secret':
      return {}
    case 'restore':
      return { restoredVersion: act.restoredVersion }
    case 'erase':
      return { erasedVersion: act.erasedVersion, erasedDigest: act.erasedDigest }
    default:
      return unreachable(act)
  }
}

/** What the act names besides its asset, as its arguments and its entry tell it. */
export function objectOf(act: AskedAct, { contentDigest, ...named }: ObjectColumns): JsonObject {
  const pointers = 'secrets' in act ? act.secrets.map(({ pointer }) => pointer) : []
  return {
    ...named,
    ...(contentDigest === undefined ? {} : { digest: contentDigest }),
    ...(pointers.length === 0 ? {} : { pointers }),
  }
}
