import type { EnvironmentId, PersonId } from '../identifiers.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { EvidenceKind } from '../plan/evidence.ts'
import type { Severity } from '../plan/finding.ts'
import type { SignInRule } from '../sign-in/sign-in-rule.ts'
import { type Matcher, meets } from './matcher.ts'
import type { Risk } from './risk.ts'
import type { PolicyValidation } from './validation.ts'
import type { Window } from './window.ts'

/** So many people of these groups have to sign. */
export interface SignedStep {
  readonly name: string
  readonly kind: 'review' | 'approval'
  readonly approvals: number
  /** Names of approver groups; a member of any of them may sign. */
  readonly groups: readonly string[]
  /** Who may sign besides them. Where neither groups nor people are named: whoever has a role in the destination. */
  readonly people?: readonly PersonId[]
  /** Groups; a member of at least one of them has to be among those who sign. */
  readonly atLeastOneOf?: readonly string[]
}

/** Another system, such as one for tickets, has to send its signed verdict. It stands beside people and for none of them. */
export interface ExternalStep {
  readonly name: string
  readonly kind: 'external'
  /** Of the system, an Ed25519 key in base64url; see `isVerifyingKey`. */
  readonly publicKey: string
}

/** One step of a rule; steps are taken in their order. */
export type PolicyStep = SignedStep | ExternalStep

/**
 * How an older version comes back into use in production: at once, where it was in use before, or by a promotion that
 * people approve.
 */
export type RestoreRule = 'fast' | 'approval'

/**
 * How what is in use and not yet live goes back to what was in use before: at once, or by a promotion of the earlier
 * content that people approve.
 */
export type RollbackRule = 'fast' | 'approval'

/** Every member that is given has to be met. */
export interface PolicyCondition {
  /** Asset types. */
  readonly types?: Matcher
  /** Names of assets; `*` stands for any characters, also none. */
  readonly names?: Matcher
  readonly risk?: readonly Risk[]
  /** Groups; the requester is in at least one of them. */
  readonly requesterGroups?: readonly string[]
}

/** Who may stand in for the quorum in an emergency, and by when that is reviewed, as an ISO 8601 duration. */
export interface BreakGlass {
  readonly group: string
  readonly reviewWithin: string
}

/** Who may sign as well once nobody decided for so long, an ISO 8601 duration. */
export interface Escalation {
  readonly after: string
  readonly group: string
}

/** A service outside that is asked about every plan of a rule before people see it. */
export interface PolicyCheck {
  /** Of its own in the rule. */
  readonly name: string
  /** It may hold what only its owners should know, so it is neither shown nor logged beside the policy itself. */
  readonly url: string
  /** By when it has answered, as an ISO 8601 duration. */
  readonly deadline: string
}

/** A promotion takes the first rule whose condition it meets; the last one of a policy has none. */
export interface PolicyRule {
  readonly name: string
  readonly when?: PolicyCondition
  readonly steps: readonly PolicyStep[]
  /** Whether one person may serve several steps; they may not where it is left out. */
  readonly severalSteps?: boolean
  /** How long the pinned version must have stood in staging, as an ISO 8601 duration. */
  readonly minimumDwell?: string
  readonly requiredEvidence?: readonly EvidenceKind[]
  /** What a missing manifest counts as; `blocker` where it is left out. */
  readonly manifest?: Severity
  /** Rules of preflight whose warnings block. */
  readonly blocks?: readonly string[]
  /** Services outside whose findings enter the plan. */
  readonly checks?: readonly PolicyCheck[]
  /** Whether people decide anew when the target moved; they do where it is left out. */
  readonly reapproval?: boolean
  /** `manual` where it is left out. */
  readonly activation?: 'manual' | 'automatic'
  readonly validation?: PolicyValidation
  readonly breakGlass?: BreakGlass
  /** Where it is given, only those decide who signed in like this, through the identity provider. */
  readonly signIn?: SignInRule
  /** A production environment where the same version must be live first. */
  readonly pilot?: EnvironmentId
  /** When those who have not signed are reminded, as ISO 8601 durations from the plan. */
  readonly remindAfter?: readonly string[]
  readonly escalation?: Escalation
  /** When what was approved may land, or may not; always where it is left out. */
  readonly windows?: readonly Window[]
  /** How long people may take, as an ISO 8601 duration, from the plan to the last decision. */
  readonly expiresAfter: string
  /** How long production may take to land what was approved before it is discarded again, as an ISO 8601 duration. */
  readonly landWithin: string
  /** `approval` where it is left out. */
  readonly restore?: RestoreRule
  /** `approval` where it is left out. */
  readonly rollback?: RollbackRule
}

/** Belongs to the destination environment. A promotion keeps the version it was routed by. */
export interface Policy {
  readonly rules: readonly PolicyRule[]
  /** Groups whose members may freeze the environment, where they have a role in it; nobody's where it is left out. */
  readonly mayFreeze?: readonly string[]
}

/** What a promotion is routed by; types and names are those of its bundle. */
export interface RoutingFacts {
  readonly types: readonly string[]
  readonly names: readonly string[]
  readonly risk: Risk
  readonly requesterGroups: readonly string[]
}

export interface RoutedRule {
  readonly rule: PolicyRule
  /** Of the rule in its policy, from 1. */
  readonly position: number
}

/** What a new organization's production starts with: two people of one group, a week to decide. */
export const initialPolicy: Policy = Object.freeze({
  rules: Object.freeze([
    Object.freeze({
      name: 'every promotion',
      steps: Object.freeze([
        Object.freeze({
          name: 'approval',
          kind: 'approval',
          approvals: 2,
          groups: Object.freeze(['approvers']),
        }),
      ]),
      expiresAfter: 'P7D',
      landWithin: 'PT10M',
      restore: 'approval',
      rollback: 'fast',
    }),
  ]),
})

function applies({ types, names, risk, requesterGroups }: PolicyCondition, facts: RoutingFacts): boolean {
  return (
    (types === undefined || meets(types, facts.types)) &&
    (names === undefined || meets(names, facts.names, 'wildcards')) &&
    (risk === undefined || risk.includes(facts.risk)) &&
    (requesterGroups === undefined || requesterGroups.some((group) => facts.requesterGroups.includes(group)))
  )
}

/**
 * The rule that routes a promotion: the first one that applies.
 *
 * @throws RangeError when none does, which no policy with a last rule without condition can bring about.
 */
export function routingRule({ rules }: Policy, facts: RoutingFacts): RoutedRule {
  const index = rules.findIndex(({ when }) => when === undefined || applies(when, facts))
  const rule = rules[index]
  if (rule === undefined) throw new RangeError('a policy has a last rule that takes every promotion')
  return { rule, position: index + 1 }
}

/**
 * The rule for whatever no earlier one takes.
 *
 * @throws RangeError when the policy has no rule.
 */
export function lastRule({ rules }: Policy): PolicyRule {
  const rule = rules.at(-1)
  if (rule === undefined) throw new RangeError('a policy has at least one rule')
  return rule
}

/** How a policy lets older versions come back: `fast` only where every rule says so. */
export function restoreRule({ rules }: Policy): RestoreRule {
  return rules.length > 0 && rules.every(({ restore }) => restore === 'fast') ? 'fast' : 'approval'
}

/** Types a parsed policy: the boundary at which stored policies, validated when they were written, come back. */
export function asPolicy(document: JsonValue): Policy {
  return document as unknown as Policy
}

/** A policy as JSON, with what it leaves out left out: the other direction of that boundary. */
export function policyDocument({ rules, mayFreeze }: Policy): JsonObject {
  return { rules: rules as unknown as JsonValue, ...(mayFreeze === undefined ? {} : { mayFreeze }) }
}
