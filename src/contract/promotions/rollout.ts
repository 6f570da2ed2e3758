import { z } from 'zod'
import type { AssetId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import { validationShape } from '../policies/validation.ts'
import { digestShape, idShape, instantShape, nameShape } from '../shapes.ts'

/** Which line of the signed checklist somebody confirms. */
export const confirmationRequestShape = z.strictObject({
  check: nameShape.meta({ description: 'A line of the signed checklist, word for word.' }),
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

const printedNameShape = z.string().nullable().meta({
  description: 'The name of whoever signed, as it was then; null once it was erased.',
})

const shownValidationShape = validationShape.extend({
  checks: z
    .array(
      z.object({
        check: z.string(),
        confirmedBy: idShape<PersonId>().optional(),
        printedName: printedNameShape.optional(),
        confirmedAt: instantShape.optional(),
      }),
    )
    .readonly()
    .meta({ description: 'The lines of the checklist, with who confirmed which.' }),
})

const rolledBackShape = z.object({
  person: idShape<PersonId>(),
  reason: z.string().nullable().meta({ description: 'Null once it was erased.' }),
  assets: z
    .array(
      z.object({
        asset: idShape<AssetId>(),
        version: z.int().nullable().meta({ description: 'Null where nothing is in use any more.' }),
      }),
    )
    .readonly()
    .meta({ description: 'What is in use since; empty before production did it.' }),
})

export const rolloutShape = z.object({
  promotion: idShape<PromotionId>(),
  revision: z.number().int(),
  state: z
    .enum(['pending_activation', 'activating', 'active', 'live', 'rolling_back', 'rolled_back', 'failed'])
    .meta({ description: '`active`: in use, and being validated. `live`: a person completed that.' }),
  failure: z.string().nullable().meta({
    description: 'Why production refused to activate it, or last refused to roll it back.',
  }),
  activation: z.enum(['manual', 'automatic']).meta({ description: 'As the signed plan says.' }),
  basis: basisShape.nullable().meta({
    description:
      'What the activation rests on: a person, or the plan that people signed. Null before it is allowed.',
  }),
  leftToPeople: z.array(leftToPeopleShape).readonly().meta({
    description:
      'Why a person has to activate although the plan says `automatic`. It stays once somebody did.',
  }),
  validation: shownValidationShape.nullable().meta({
    description: 'What the rule asks people to check once it is in use; null where it asks for nothing.',
  }),
  activatedAt: instantShape.nullable().meta({ description: 'From when it soaks.' }),
  soakUntil: instantShape.nullable().meta({
    description: 'Null where it need not soak, and before it is in use.',
  }),
  missing: z.array(z.string()).readonly().meta({
    description: 'What stands in the way of going live, in words, as long as it is active.',
  }),
  rollback: z.enum(['fast', 'approval']).meta({
    description: 'As the rule of the policy says that routed the promotion.',
  }),
  completed: z
    .object({ person: idShape<PersonId>(), printedName: printedNameShape })
    .nullable()
    .meta({ description: 'Who took it live.' }),
  rolledBack: rolledBackShape.nullable().meta({ description: 'Who last had it go back, and why.' }),
  createdAt: instantShape,
  updatedAt: instantShape,
})
