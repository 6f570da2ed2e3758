import type { JsonValue } from '../json.ts'

/** One ordered step: so many people of these groups have to sign. */
export interface PolicyStep {
  readonly name: string
  readonly kind: 'review' | 'approval'
  readonly approvals: number
  /** Names of approver groups; a member of any of them may sign. Empty: whoever has a role in the destination. */
  readonly groups: readonly string[]
}

/**
 * How an older version comes back into use in production: at once, where it was in use before, or by a promotion that
 * people approve.
 */
export type RestoreRule = 'fast' | 'approval'

/** The last rule of a policy has no condition; for now every policy has exactly one rule. */
export interface PolicyRule {
  readonly name: string
  readonly steps: readonly PolicyStep[]
  /** How long people may take, as an ISO 8601 duration, from the plan to the last decision. */
  readonly expiresAfter: string
  /** How long production may take to land what was approved before it is discarded again, as an ISO 8601 duration. */
  readonly landWithin: string
  /** `approval` where it is left out. */
  readonly restore?: RestoreRule
}

/** Belongs to the destination environment. A promotion keeps the version it was routed by. */
export interface Policy {
  readonly rules: readonly PolicyRule[]
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
    }),
  ]),
})

/**
 * The rule that routes a promotion: the first one that applies.
 *
 * @throws RangeError when the policy has no rule.
 */
export function routingRule(policy: Policy): PolicyRule {
  const rule = policy.rules[0]
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
