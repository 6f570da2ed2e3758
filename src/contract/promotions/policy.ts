import { z } from 'zod'
import type { EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { durationMilliseconds } from '../../domain/policy/duration.ts'
import { initialPolicy, lastRule } from '../../domain/policy/policy.ts'
import { groupNameShape } from '../people/groups.ts'
import { digestShape, idShape, instantShape, nameShape } from '../shapes.ts'

function isDuration(text: string): boolean {
  try {
    const milliseconds = durationMilliseconds(text)
    return milliseconds > 0 && milliseconds <= durationMilliseconds('P366D')
  } catch {
    return false
  }
}

const durationShape = z.string().max(40).refine(isDuration, {
  message: 'must be an ISO 8601 duration of weeks, days or less, like P7D or PT10M, and at most a year',
})

/** Of a rule or a step. It travels with every promotion that it routes, so it is short. */
const policyNameShape = nameShape.max(100, 'must have at most 100 characters')

const stepShape = z.strictObject({
  name: policyNameShape,
  kind: z.enum(['review', 'approval']),
  approvals: z.int().min(1).max(100),
  groups: z.array(groupNameShape).max(20).readonly().default([]).meta({
    description: 'Members of any of them may sign; of none, whoever has a role in the environment.',
  }),
})

const { expiresAfter, landWithin } = lastRule(initialPolicy)

const ruleShape = z.strictObject({
  name: policyNameShape,
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
})

/** The rules for promoting into an environment; for now there is exactly one. */
export const askedPolicyShape = z
  .strictObject({ rules: z.array(ruleShape).length(1, 'has exactly one rule for now').readonly() })
  .meta({ id: 'NewPolicy' })

/** A version of a policy; versions never change. */
export const policyShape = z
  .object({
    environment: idShape<EnvironmentId>(),
    version: z.int(),
    digest: digestShape,
    rules: z
      .array(
        z.object({
          name: z.string(),
          steps: z
            .array(
              z.object({
                name: z.string(),
                kind: z.enum(['review', 'approval']),
                approvals: z.int(),
                groups: z.array(z.string()).readonly(),
              }),
            )
            .readonly(),
          expiresAfter: z.string(),
          landWithin: z.string(),
          restore: z.enum(['fast', 'approval']).optional(),
        }),
      )
      .readonly(),
    createdBy: idShape<PersonId>(),
    createdAt: instantShape,
  })
  .meta({ id: 'Policy' })
