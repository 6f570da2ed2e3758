import type {
  AssetId,
  Digest,
  EnvironmentId,
  Instant,
  OrganizationId,
  PersonId,
  PromotionId,
} from '../identifiers.ts'
import type { JsonValue } from '../json.ts'
import type { Risk } from '../policy/risk.ts'
import type { PolicyValidation } from '../policy/validation.ts'
import type { SignInRule } from '../sign-in/sign-in-rule.ts'
import type { Finding } from './finding.ts'

export type ItemAction = 'create' | 'update' | 'unchanged'

/** A stored version, by its number and the digest of its canonical bytes. */
export type VersionPin = { readonly version: number; readonly digest: Digest }

export type PlanStep = {
  /** From 1, in the order in which the steps are decided. */
  readonly position: number
  readonly name: string
  readonly kind: 'review' | 'approval' | 'external'
  /** How many people must approve in this step; 1 for the one verdict of an external step, which nobody signs. */
  readonly required: number
  /** Names of the groups they come from, sorted. Where nobody is named, whoever has a role in the destination. */
  readonly groups: readonly string[]
  /** Who may sign besides them, sorted. */
  readonly people: readonly PersonId[]
  /** Groups, sorted; a member of one of them has to be among those who sign, unless it is empty. */
  readonly atLeastOneOf: readonly string[]
  /** By which the verdict of an external step is verified; no other step has one. */
  readonly publicKey?: string
}

/** One binding at work, by the digest of its value's canonical bytes. */
export type BindingPin = {
  readonly pointer: string
  readonly digest: Digest
  /** Whether the value is the last promotion's, which no binding of this one gives. */
  readonly remembered: boolean
}

/** How a reference of the bundle is resolved in the destination. */
export type Resolution = 'bundle' | 'associated' | 'bound' | 'remembered' | 'missing'

/** One reference of a staging asset of the bundle, and what stands for it in the destination. */
export type Dependency = {
  readonly asset: AssetId
  readonly pointer: string
  /** The staging asset that is referred to. */
  readonly on: AssetId
  readonly required: boolean
  readonly resolution: Resolution
  readonly target: AssetId | null
}

export type PlanItem = {
  /** From 1, in landing order: after everything that the item refers to. */
  readonly position: number
  readonly type: string
  /** The name that the asset goes by in production. */
  readonly name: string
  readonly action: ItemAction
  readonly source: VersionPin & { readonly asset: AssetId }
  readonly target: { readonly asset: AssetId; readonly baseline: VersionPin | null }
  /** Whether it takes over an asset of production that no promotion made. */
  readonly adopted: boolean
  /** Of the rendered canonical bytes. */
  readonly digest: Digest
  readonly bindings: readonly BindingPin[]
}

export type PlanFinding = Finding & {
  readonly acknowledged: boolean
  readonly justification: string | null
}

/** What a promotion would do in production. Approvals sign the digest of its canonical bytes; it holds no content. */
export type Plan = {
  readonly format: 'countersign/plan/2'
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly revision: number
  readonly source: { readonly environment: EnvironmentId }
  readonly destination: { readonly environment: EnvironmentId }
  readonly requester: PersonId
  /** Sorted and distinct: who may not decide. */
  readonly contributors: readonly PersonId[]
  /** The policy's version, and which of its rules applies, from 1. */
  readonly policy: { readonly version: number; readonly rule: number }
  readonly risk: Risk
  /** Whether one person may serve several steps. */
  readonly severalSteps: boolean
  /** How those who sign have to have signed in themselves, where the rule says so. */
  readonly signIn?: SignInRule
  readonly steps: readonly PlanStep[]
  readonly items: readonly PlanItem[]
  readonly dependencies: readonly Dependency[]
  readonly findings: readonly PlanFinding[]
  readonly manifest: Digest | null
  readonly evidence: readonly Digest[]
  readonly notBefore: Instant | null
  readonly activation: 'manual' | 'automatic'
  /** Where the rule asks for one. */
  readonly validation?: PolicyValidation
  /** An ISO 8601 duration. */
  readonly expiresAfter: string | null
}

/** The findings that stop a plan. A blocker cannot be acknowledged away, whatever its mark says. */
export function blockers(plan: Plan): readonly PlanFinding[] {
  return plan.findings.filter((finding) => finding.severity === 'blocker')
}

/** Types a parsed plan document: the boundary at which stored plans, written by `assemblePlan` alone, come back. */
export function asPlan(document: JsonValue): Plan {
  return document as unknown as Plan
}
