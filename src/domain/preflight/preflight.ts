import type { AssetType } from '../asset/asset-type.ts'
import type { AssetId, Digest, Instant, PersonId } from '../identifiers.ts'
import type { JsonValue } from '../json.ts'
import type { Binding } from '../plan/binding.ts'
import type { Evidence } from '../plan/evidence.ts'
import type { Manifest } from '../plan/manifest.ts'
import type { VersionPin } from '../plan/plan.ts'
import type { RenderNote, UsedBinding } from '../plan/render.ts'
import type { Holder } from '../plan/taken.ts'
import type { PolicyRule } from '../policy/policy.ts'
import type { Signers } from '../policy/satisfiability.ts'
import type { CheckOutcomes } from './checks/outcomes.ts'
import type { Glance } from './glance.ts'

/** Something wrong at a place of content, in words that follow "The rendered content …". */
export interface ContentNote {
  readonly pointer: string
  readonly message: string
}

/** What screening found in rendered content. */
export interface ScreenedNote extends ContentNote {
  readonly about: 'secret' | 'patient-data'
  readonly sure: boolean
}

/** The production asset that an item would land in. */
export interface PreflightTarget {
  readonly asset: AssetId
  /** What the last promotion of the staging asset left there; null where there was none. */
  readonly landed: VersionPin | null
  /** Whether production put another version in use since then. */
  readonly restored: boolean
  /** Whether the request names it for a staging asset that had no partner yet. */
  readonly adopted: boolean
  /** Its newest version; null where production has no such asset. */
  readonly baseline: VersionPin | null
  /** The content of the baseline, as far as it came by a promotion. */
  readonly content: JsonValue | undefined
  /** Places of secrets that production holds a value for. */
  readonly sealed: readonly string[]
}

/** One asset of a bundle, frozen from staging and rendered for production. */
export interface PreflightItem {
  readonly asset: AssetId
  readonly type: AssetType
  /** Of the type: when the pinned version was written, and when what production holds landed; null where nothing did. */
  readonly typeVersions: { readonly staged: number; readonly landed: number | null }
  readonly name: string
  readonly version: number
  /** When the pinned version was written in staging. */
  readonly writtenAt: Instant
  /** The pinned content; null where it was erased. */
  readonly staged: JsonValue
  readonly erased: boolean
  readonly rendered: JsonValue
  /** At the rendered content. */
  readonly glance: Glance
  readonly digest: Digest
  readonly notes: readonly RenderNote[]
  readonly used: readonly UsedBinding[]
  readonly target: PreflightTarget
  /** Where the rendered content does not fit its type's schema. */
  readonly misfits: readonly ContentNote[]
  /** Where it breaks rules of its type that no schema can say. */
  readonly broken: readonly ContentNote[]
  readonly screened: readonly ScreenedNote[]
}

/** An adoption that cannot be: the request names a production asset that is not free for this staging asset. */
export interface RefusedAdoption {
  readonly asset: AssetId
  readonly because: 'missing' | 'other-type' | 'associated'
}

/** A bundle as preflight sees it: everything that its rules look at, and nothing that they would have to fetch. */
export interface Preflight {
  /** In landing order: after everything that an item refers to. */
  readonly items: readonly PreflightItem[]
  /** Members of a circle of references, in its order; empty where there is none. */
  readonly circle: readonly AssetId[]
  readonly bindings: readonly Binding[]
  /** Types of the destination's assets that bindings name. */
  readonly bound: ReadonlyMap<AssetId, string>
  readonly refusedAdoptions: readonly RefusedAdoption[]
  /** What stands in the destination of types that limit who may hold the same. */
  readonly standing: readonly Holder[]
  readonly contributors: readonly PersonId[]
  /** Addresses of endpoints of the bundle that assets of staging or development outside of it use. */
  readonly usedElsewhere: ReadonlySet<string>
}

/** The same once the policy's rule is known that the bundle is routed by. */
export interface RoutedPreflight extends Preflight {
  readonly rule: PolicyRule
  readonly manifest: Manifest | null
  readonly evidence: readonly Evidence[]
  /** Who could sign each step now. */
  readonly signers: Signers
  /** Pinned versions that are live in the rule's pilot environment, by staging asset. */
  readonly livePilots: ReadonlyMap<AssetId, number>
  readonly checks: CheckOutcomes
  readonly now: Instant
}
