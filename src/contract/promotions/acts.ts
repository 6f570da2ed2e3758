import { z } from 'zod'
import type { AssetId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import { validationShape } from '../policies/validation.ts'
import { askedInstantShape, countShape, digestShape, idShape, instantShape, reasonShape } from '../shapes.ts'

export const decisionRequestShape = z.strictObject({
  verdict: z.enum(['approve', 'reject', 'request-changes']),
  comment: z.string().max(4000),
  step: countShape(1).optional(),
})

/** Why something is taken back, stopped, or done past those who would have to. */
export const reasonedShape = z.strictObject({ reason: reasonShape })

export const reviewOutcomeShape = z.enum(['upheld', 'objected'])

/** What somebody found who looked at an override afterwards. */
export const reviewRequestShape = z.strictObject({
  outcome: reviewOutcomeShape.meta({
    description: '`objected` is kept and shown; nothing follows from it by itself.',
  }),
  comment: z.string().max(4000),
})

export const scheduleShape = z.strictObject({
  notBefore: askedInstantShape.nullable().meta({
    description: 'Null to land as soon as nothing else keeps it.',
  }),
})

const basisShape = z.union([
  z.object({ by: z.literal('person'), person: idShape<PersonId>() }),
  z.object({
    by: z.literal('plan'),
    planDigest: digestShape,
    policyVersion: z.int(),
    rule: z.int().meta({ description: 'Of the rule in that version of the policy, from 1.' }),
  }),
])

const leftToPeopleShape = z.object({
  code: z.enum(['lands-off', 'secret-missing', 'target-moved', 'freeze', 'organization-freeze']),
  message: z.string(),
  assets: z.array(idShape<AssetId>()).readonly().meta({
    description: 'The production assets that it is about; empty where it is about the whole bundle.',
  }),
})

export const rolloutShape = z.object({
  promotion: idShape<PromotionId>(),
  revision: z.number().int(),
  state: z.enum(['pending_activation', 'activating', 'active', 'failed']),
  failure: z.string().nullable(),
  activation: z.enum(['manual', 'automatic']).meta({ description: 'As the signed plan says.' }),
  basis: basisShape.nullable().meta({
    description:
      'What the activation rests on: a person, or the plan that people signed. Null before it is allowed.',
  }),
  leftToPeople: z.array(leftToPeopleShape).readonly().meta({
    description:
      'Why a person has to activate although the plan says `automatic`. It stays once somebody did.',
  }),
  validation: validationShape.nullable().meta({
    description: 'What the rule asks people to check once it is in use; null where it asks for nothing.',
  }),
  createdAt: instantShape,
  updatedAt: instantShape,
})
