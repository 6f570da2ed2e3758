import type { AssetType } from '../../../domain/asset/asset-type.ts'
import type { AssetReference } from '../../../domain/asset/references/references.ts'
import type {
  AssetId,
  Digest,
  EnvironmentId,
  Instant,
  OrganizationId,
  PersonId,
  PromotionId,
} from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { Evidence } from '../../../domain/plan/evidence.ts'
import type { Manifest } from '../../../domain/plan/manifest.ts'
import type { Policy } from '../../../domain/policy/policy.ts'
import type { RequestDocument } from './request-document.ts'

/** One frozen asset of a revision. */
export interface FrozenAsset {
  readonly asset: AssetId
  readonly type: AssetType
  readonly name: string
  readonly version: number
  readonly digest: Digest
  /** Null once it was erased. */
  readonly content: JsonValue
  readonly erased: boolean
  /** What the content refers to, by the rules of its type. */
  readonly references: readonly AssetReference[]
  readonly editors: readonly PersonId[]
  readonly writtenAt: Instant
}

/** What a plan is made for: a promotion's revision, or one that somebody only thinks of. */
export interface PlannedRequest {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly revision: number
  readonly source: EnvironmentId
  readonly destination: EnvironmentId
  readonly requester: PersonId
  readonly resubmitters: readonly PersonId[]
  readonly policyVersion: number
  readonly policy: Policy
  readonly document: RequestDocument
  readonly manifest: Manifest | null
  readonly evidence: readonly Evidence[]
  /** In the order they were asked for. */
  readonly assets: readonly FrozenAsset[]
}
