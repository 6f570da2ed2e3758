import { z } from 'zod'
import type { EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { evidenceKinds } from '../../domain/plan/evidence.ts'
import type { PolicyRule } from '../../domain/policy/policy.ts'
import { risks } from '../../domain/policy/risk.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { countShape, digestShape, idShape, instantShape } from '../shapes.ts'
import { shownChecksShape } from './checks.ts'
import { shownSignInShape } from './sign-in.ts'
import { validationShape } from './validation.ts'

const texts = z.array(z.string()).readonly()
const matcherShape = z.union([z.object({ any: texts }), z.object({ only: texts })])

const stepShape = z.union([
  z.object({
    name: z.string(),
    kind: z.enum(['review', 'approval']),
    approvals: z.int(),
    groups: texts.optional(),
    people: z.array(idShape<PersonId>()).readonly().optional(),
    atLeastOneOf: texts.optional(),
  }),
  z.object({ name: z.string(), kind: z.literal('external'), publicKey: z.string() }),
])

const windowHead = { name: z.string(), kind: z.enum(['allow', 'deny']) }

const shownWindowShape = z.union([
  z.object({ ...windowHead, recurrence: z.string(), zone: z.string(), duration: z.string() }),
  z.object({ ...windowHead, startsAt: instantShape, endsAt: instantShape.nullable() }),
])

const ruleShape = z.object({
  name: z.string(),
  when: z
    .object({
      types: matcherShape.optional(),
      names: matcherShape.optional(),
      risk: z.array(z.enum(risks)).readonly().optional(),
      requesterGroups: texts.optional(),
    })
    .optional(),
  steps: z.array(stepShape).readonly(),
  severalSteps: z.boolean().optional(),
  minimumDwell: z.string().optional(),
  requiredEvidence: z.array(z.enum(evidenceKinds)).readonly().optional(),
  manifest: z.enum(['blocker', 'warning', 'info']).optional(),
  blocks: texts.optional(),
  checks: shownChecksShape.optional(),
  reapproval: z.boolean().optional(),
  activation: z.enum(['manual', 'automatic']).optional(),
  validation: validationShape.optional(),
  breakGlass: z.object({ group: z.string(), reviewWithin: z.string() }).optional(),
  signIn: shownSignInShape.optional(),
  pilot: idShape<EnvironmentId>().optional(),
  remindAfter: texts.optional(),
  escalation: z.object({ after: z.string(), group: z.string() }).optional(),
  windows: z.array(shownWindowShape).readonly().optional(),
  expiresAfter: z.string(),
  landWithin: z.string(),
  restore: z.enum(['fast', 'approval']).optional(),
  rollback: z.enum(['fast', 'approval']).optional(),
})

/** Rules as answers show them, which is as they can be sent back: a step that names no group leaves them out. */
export function shownRules(rules: readonly PolicyRule[]): readonly z.output<typeof ruleShape>[] {
  return rules.map(({ steps, ...rule }) => ({
    ...rule,
    steps: steps.map((step) => {
      if (step.kind === 'external' || step.groups.length > 0) return step
      const { groups: _, ...named } = step
      return named
    }),
  }))
}

const versionOf = {
  environment: idShape<EnvironmentId>(),
  version: z.int(),
  digest: digestShape,
  rules: z.array(ruleShape).readonly(),
  mayFreeze: texts.optional().meta({ description: 'Groups whose members may freeze the environment.' }),
  proposedBy: idShape<PersonId>(),
}

const inForce = {
  ...versionOf,
  confirmedBy: idShape<PersonId>(
    'Null where there was nobody to confirm it, or it was the first.',
  ).nullable(),
  createdAt: instantShape,
}

const proposed = {
  ...versionOf,
  proposedAt: instantShape,
  expiresAt: instantShape.meta({ description: 'When it can be confirmed no more.' }),
}

/** A version of a policy; versions never change. */
export const policyShape = z.object(inForce).meta({ id: 'Policy' })

/** What waits for a second person; its `version` is the one it becomes. */
export const policyProposalShape = z.object(proposed).meta({ id: 'PolicyProposal' })

const warningShape = z
  .object({
    code: z.enum([
      'too-few-people',
      'too-few-without-requester',
      'never-reached',
      'fewer-people-by-adding',
      'empty-break-glass',
      'empty-escalation',
      'no-identity-provider',
      'too-few-linked',
      'automatic-may-wait',
    ]),
    pointer: z.string().meta({ description: 'JSON Pointer into the policy.' }),
    message: z.string(),
  })
  .meta({ id: 'PolicyWarning' })

const changeNotes = {
  note: z.string().meta({ description: 'What became of the change, in words.' }),
  warnings: z.array(warningShape).readonly(),
}

export const policyInForceShape = z
  .object({ ...inForce, state: z.literal('in-force'), ...changeNotes })
  .meta({ id: 'PolicyInForce' })

export const policyProposedShape = z
  .object({ ...proposed, state: z.literal('proposed'), ...changeNotes })
  .meta({ id: 'PolicyProposed' })

export const policyVersionCursor = opaqueCursor(countShape(1))

export const policyVersionsQueryShape = z.strictObject({
  ...pageQuery,
  cursor: policyVersionCursor.shape.optional(),
})

const people = z.array(idShape<PersonId>()).readonly()
const reviewedGroupShape = z.object({ group: z.string(), able: people })

const reviewedRuleShape = z.object({
  position: z.int(),
  name: z.string(),
  satisfiable: z.boolean().meta({
    description: 'Whether the people of today can sign all its steps, when somebody asks who signs nothing.',
  }),
  unsatisfiableWithout: people.meta({
    description: 'Requesters without whom too few are left: nobody can approve what one of them asks for.',
  }),
  steps: z
    .array(
      z.object({
        position: z.int(),
        name: z.string(),
        kind: z.enum(['review', 'approval', 'external']),
        able: people.meta({ description: 'Who could sign it today. Nobody signs an external step.' }),
        needed: z.int(),
        enough: z.boolean(),
      }),
    )
    .readonly(),
  breakGlass: reviewedGroupShape.optional(),
  escalation: reviewedGroupShape.optional(),
})

export const checkedPolicyShape = z
  .object({
    environment: idShape<EnvironmentId>(),
    version: z.int().nullable().meta({ description: 'Of the policy in force, where that was checked.' }),
    satisfiable: z.boolean().meta({ description: 'Whether every rule is.' }),
    rules: z.array(reviewedRuleShape).readonly(),
    warnings: z.array(warningShape).readonly(),
  })
  .meta({ id: 'CheckedPolicy' })
