import type { AssetReference } from '../domain/asset/references/references.ts'
import type { StandingAsset } from '../domain/drift/drift.ts'
import type {
  AssetId,
  CommandId,
  Digest,
  EnvironmentId,
  OrganizationId,
  PersonId,
  PromotionId,
} from '../domain/identifiers.ts'
import type { SealedSecret } from './secrets/seal-secret.ts'

/** Where an act was allowed: the entry's place in control's log, which the store's own entry names. */
export interface GrantPlace {
  readonly origin: string
  readonly index: number
  readonly leafHash: Digest
}

/** One item that production may act on, as control's view of authorized items shows it. */
export interface AuthorizedItem {
  readonly position: number
  readonly environment: EnvironmentId
  readonly type: string
  readonly name: string
  readonly action: 'create' | 'update' | 'unchanged'
  readonly target: AssetId
  /** The version production had when the plan was made; null for an asset that is to be created. */
  readonly baseline: { readonly version: number; readonly digest: Digest } | null
  readonly digest: Digest
  /** Canonical bytes; their SHA-256 is `digest`. */
  readonly bytes: Uint8Array
  /** What the content refers to, by the rules of its type in the organization's registry. */
  readonly references: readonly AssetReference[]
  readonly fence: number
  readonly person: PersonId
}

export interface AuthorizedBundle {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly revision: number
  readonly grant: GrantPlace
  /** Given where the signed plan lets it be activated and no person asked; the items' person is then its requester. */
  readonly basis?: 'plan'
  readonly items: readonly AuthorizedItem[]
}

interface ActOnAsset {
  readonly organization: OrganizationId
  readonly id: CommandId
  readonly environment: EnvironmentId
  readonly asset: AssetId
  readonly type: string
  readonly name: string
  /** The version the person saw; 0 for an asset that is to be created. */
  readonly expectedVersion: number
  readonly person: PersonId
  readonly fence: number
  readonly grant: GrantPlace
}

/** An act that writes a version. */
export interface WritingAct extends ActOnAsset {
  readonly kind: 'create-asset' | 'write-version'
  readonly digest: Digest
  readonly bytes: Uint8Array
  /** What was split off that content. */
  readonly secrets: readonly SealedSecret[]
  readonly references: readonly AssetReference[]
}

/** Gives an asset the value of a secret. Its content stays as it is. */
export interface SupplyingAct extends ActOnAsset {
  readonly kind: 'supply-secret'
  readonly secrets: readonly SealedSecret[]
}

/** Makes an older version the one in use again. */
export interface RestoringAct extends ActOnAsset {
  readonly kind: 'restore'
  readonly restoredVersion: number
}

/** Blanks the bytes of a version. */
export interface ErasingAct extends ActOnAsset {
  readonly kind: 'erase'
  readonly erasedVersion: number
  readonly erasedDigest: Digest
  /** Two people, whom control and this store both hold apart. */
  readonly proposedBy: PersonId
  readonly confirmedBy: PersonId
}

/** One act outside a promotion, as control's view of authorized production commands shows it. */
export type AuthorizedAct = WritingAct | SupplyingAct | RestoringAct | ErasingAct

/** Why production refused: a business answer, never an error. */
export type StoreRefusal =
  | 'not-authorized'
  | 'fenced'
  | 'target-moved'
  | 'discarded'
  | 'not-landed'
  | 'superseded'
  | 'not-activated'
  | 'predecessor-unknown'
  | 'content-erased'
  | 'never-live'

export interface LandedVersion {
  readonly position: number
  readonly asset: AssetId
  readonly version: number
  /** Of the bytes as they stand in the store. */
  readonly digest: Digest
  /** The landing's place in the store's own log. */
  readonly entry: { readonly origin: string; readonly index: number; readonly leafHash: Digest }
}

export type LandAnswer =
  | { readonly kind: 'landed'; readonly items: readonly LandedVersion[] }
  | { readonly kind: 'refused'; readonly code: StoreRefusal }

export type ActAnswer =
  | { readonly kind: 'performed'; readonly version: number }
  | { readonly kind: 'refused'; readonly code: StoreRefusal }

export type RollbackAnswer =
  | {
      readonly kind: 'performed'
      /** Of what moved; null where nothing is in use any more. */
      readonly items: readonly { readonly asset: AssetId; readonly version: number | null }[]
    }
  | { readonly kind: 'refused'; readonly code: StoreRefusal }

export interface Baseline {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly type: string
  readonly version: number
  readonly digest: Digest
  /** SHA-256 of the place of each secret that it holds a value for, sorted. */
  readonly sealed: readonly Digest[]
}

/**
 * The assets of the environments of one store, behind whatever keeps them. Every writing act is idempotent by what it is for (promotion
 * and revision, or command), atomic for the whole bundle, keeps the highest fence it has seen for each asset, refuses a
 * lower one, and compares baselines in the same transaction: a refusal has written nothing.
 */
export interface AssetStore {
  /** Which environments stand in it: those whose rows name it. */
  readonly name: string
  /** Newest counting version of each asset that exists and is not deleted; others are left out. */
  baselines(organization: OrganizationId, assets: readonly AssetId[]): Promise<readonly Baseline[]>
  land(bundle: AuthorizedBundle): Promise<LandAnswer>
  /** What stands in the store for a landing, with digests computed from its bytes again. */
  readBack(organization: OrganizationId, promotion: PromotionId, revision: number): Promise<LandAnswer>
  /** How assets stand now, in the order asked, each digest computed from the stored bytes. */
  verify(organization: OrganizationId, assets: readonly AssetId[]): Promise<readonly StandingAsset[]>
  /** Undoes a landing, or makes sure that it can never happen; also right when nothing ever landed. */
  discard(bundle: AuthorizedBundle): Promise<void>
  /** Moves the active pointers of the whole bundle to the versions that landed. */
  activate(bundle: AuthorizedBundle): Promise<ActAnswer>
  /** Moves them back to what was in use before, where what was activated still is. */
  rollback(bundle: AuthorizedBundle): Promise<RollbackAnswer>
  perform(act: AuthorizedAct): Promise<ActAnswer>
}
