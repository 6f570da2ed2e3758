import { z } from 'zod'
import type { EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { evidenceKinds } from '../../domain/plan/evidence.ts'
import {
  initialPolicy,
  lastRule,
  type Policy,
  type PolicyRule,
  type SignedStep,
} from '../../domain/policy/policy.ts'
import { risks } from '../../domain/policy/risk.ts'
import { isVerifyingKey } from '../../domain/policy/steps/verifying-key.ts'
import { preflightRuleIds } from '../../domain/preflight/registry.ts'
import { typeNameShape } from '../assets/assets.ts'
import { groupNameShape } from '../people/groups.ts'
import { idShape, nameShape } from '../shapes.ts'
import { checksShape } from './checks.ts'
import { durationShape } from './duration.ts'
import { signInShape } from './sign-in.ts'
import { askedValidationShape } from './validation.ts'
import { windowsShape } from './windows.ts'

/** Of a rule or a step. It travels with every promotion that it routes, so it is short. */
const policyNameShape = nameShape.max(100, 'must have at most 100 characters')

const groupsShape = z.array(groupNameShape).max(20).readonly()
const someGroupsShape = z.array(groupNameShape).min(1).max(20).readonly()

function matcherShape(pattern: z.ZodType<string, string>) {
  const patterns = z.array(pattern).min(1).max(50).readonly()
  return z
    .union([patterns, z.strictObject({ any: patterns }), z.strictObject({ only: patterns })])
    .transform((asked) => ('any' in asked || 'only' in asked ? asked : { any: asked }))
}

const conditionShape = z.strictObject({
  types: matcherShape(typeNameShape).optional(),
  names: matcherShape(nameShape).meta({ description: '`*` stands for any characters.' }).optional(),
  risk: z.array(z.enum(risks)).min(1).max(3).readonly().optional(),
  requesterGroups: someGroupsShape.optional(),
})

const nobody =
  'must not be empty: an empty list means nobody. Leave it out for whoever has a role in the environment'

const signedStepShape = z
  .strictObject({
    name: policyNameShape,
    kind: z.enum(['review', 'approval']),
    approvals: z.int().min(1).max(100),
    groups: groupsShape.optional(),
    people: z.array(idShape<PersonId>()).max(100).readonly().optional(),
    atLeastOneOf: someGroupsShape.optional().meta({
      description: 'A member of one of these groups, which are among `groups` where those are given, signs.',
    }),
  })
  .superRefine(({ groups, people, atLeastOneOf = [] }, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    if (groups?.length === 0 && !people?.length) refuse(['groups'], nobody)
    if (people?.length === 0 && !groups?.length) refuse(['people'], nobody)
    for (const [place, group] of atLeastOneOf.entries()) {
      if (!groups?.length || groups.includes(group)) continue
      refuse(['atLeastOneOf', place], 'must be one of the groups of the step')
    }
  })
  .transform(
    ({ groups = [], people = [], atLeastOneOf, ...step }): SignedStep => ({
      ...step,
      groups,
      ...(people.length === 0 ? {} : { people }),
      ...(atLeastOneOf === undefined ? {} : { atLeastOneOf }),
    }),
  )
  .meta({
    id: 'NewPolicyStep',
    description:
      'Members of any of `groups` and the `people` may sign; without both, whoever has a role in the environment.',
  })

const externalStepShape = z
  .strictObject({
    name: policyNameShape,
    kind: z.literal('external'),
    publicKey: z
      .string()
      .max(100)
      .refine(isVerifyingKey, {
        message:
          'must be an Ed25519 public key as the unpadded base64url of its 32 bytes, and not one of low order',
      })
      .meta({ description: 'An Ed25519 public key: the unpadded base64url of its 32 bytes.' }),
  })
  .meta({
    id: 'NewExternalStep',
    description: 'Waits for the verdict of another system, signed with the private half of its key.',
  })

const stepShape = z.discriminatedUnion('kind', [signedStepShape, externalStepShape])

const { expiresAfter, landWithin } = lastRule(initialPolicy)

const ruleShape = z
  .strictObject({
    name: policyNameShape,
    when: conditionShape.optional().meta({ description: 'Every rule but the last one has it.' }),
    steps: z
      .array(stepShape)
      .min(1)
      .max(10)
      .readonly()
      .refine((steps) => steps.some(({ kind }) => kind === 'approval'), {
        message: 'needs at least one step of the kind approval; no rule may waive it',
      })
      .refine((steps) => new Set(steps.map(({ name }) => name)).size === steps.length, {
        message: 'steps must have names of their own',
      }),
    severalSteps: z.boolean().optional().meta({ description: 'One person may serve several steps.' }),
    minimumDwell: durationShape
      .optional()
      .meta({ description: 'How long the pinned version must have stood in staging.' }),
    requiredEvidence: z.array(z.enum(evidenceKinds)).min(1).max(20).readonly().optional(),
    manifest: z.enum(['blocker', 'warning', 'info']).optional().meta({
      description: 'What a missing manifest counts as; `blocker` when left out.',
    }),
    blocks: z
      .array(
        z
          .string()
          .max(64)
          .refine((id) => preflightRuleIds.has(id), { message: 'must be the name of a rule of preflight' }),
      )
      .min(1)
      .max(100)
      .readonly()
      .optional()
      .meta({ description: 'Rules of preflight whose warnings block.' }),
    checks: checksShape.optional(),
    reapproval: z.literal(true).optional().meta({
      description:
        'People always decide anew when production moved: what they signed names the version it stands on.',
    }),
    activation: z.enum(['manual', 'automatic']).optional().meta({
      description:
        '`automatic`: what landed is taken into use without a person, where nothing speaks against it.',
    }),
    validation: askedValidationShape.optional(),
    breakGlass: z.strictObject({ group: groupNameShape, reviewWithin: durationShape }).optional(),
    signIn: signInShape.optional(),
    pilot: idShape<EnvironmentId>(
      'A production environment where the same version is live first.',
    ).optional(),
    remindAfter: z.array(durationShape).min(1).max(10).readonly().optional(),
    escalation: z.strictObject({ after: durationShape, group: groupNameShape }).optional(),
    windows: windowsShape.optional(),
    expiresAfter: durationShape
      .default(expiresAfter)
      .meta({ description: 'How long people may take to decide.' }),
    landWithin: durationShape
      .default(landWithin)
      .meta({ description: 'How long production may take to land what was approved.' }),
    restore: z.enum(['fast', 'approval']).default('approval').meta({
      description:
        '`fast`: an engineer puts a version that was in use before back in use, at once. `approval`: only a promotion does.',
    }),
    rollback: z.enum(['fast', 'approval']).default('approval').meta({
      description:
        '`fast`: an engineer puts back what was in use before, as long as a promotion is validated. `approval`: only another promotion does.',
    }),
  })
  .transform(({ when, ...rule }): PolicyRule => {
    const hasCondition = when !== undefined && Object.keys(when).length > 0
    // JSON has no undefined: whatever may be left out is either there or not.
    return (hasCondition ? { ...rule, when } : rule) as PolicyRule
  })
  .meta({ id: 'NewPolicyRule' })

/** The rules for promoting into an environment; the first one that applies routes a promotion. */
export const askedPolicyShape = z
  .strictObject({
    rules: z
      .array(ruleShape)
      .min(1)
      .max(50)
      .readonly()
      .superRefine((rules, context) => {
        const names = new Set<string>()
        for (const [place, rule] of rules.entries()) {
          const isLast = place === rules.length - 1
          const hasCondition = rule.when !== undefined
          if (isLast && hasCondition) {
            const message = 'must be left out: the last rule takes what no other one does'
            context.addIssue({ code: 'custom', path: [place, 'when'], message })
          }
          if (!isLast && !hasCondition) {
            const message = 'must hold a condition: no rule after this one would ever be reached'
            context.addIssue({ code: 'custom', path: [place, 'when'], message })
          }
          if (names.has(rule.name)) {
            context.addIssue({
              code: 'custom',
              path: [place, 'name'],
              message: 'is the name of another rule',
            })
          }
          names.add(rule.name)
        }
      }),
    mayFreeze: someGroupsShape.optional().meta({
      description: 'Groups whose members may freeze the environment, where they have a role in it.',
    }),
  })
  .transform(({ rules, mayFreeze }): Policy => (mayFreeze === undefined ? { rules } : { rules, mayFreeze }))
  .meta({ id: 'NewPolicy' })

export const checkedPolicyBodyShape = z
  .strictObject({
    environment: idShape<EnvironmentId>('The destination.'),
    policy: askedPolicyShape.optional().meta({ description: 'The one in force when left out.' }),
  })
  .meta({ id: 'PolicyToCheck' })
