import { z } from 'zod'
import type { AssetId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import { evidenceKinds } from '../../domain/plan/evidence.ts'
import { shownSignInShape } from '../policies/sign-in.ts'
import { validationShape } from '../policies/validation.ts'
import { booleanParameter, digestShape, idShape, instantShape } from '../shapes.ts'
import { riskShape } from './promotions.ts'
import { manifestShape } from './request.ts'

const versionPin = z.object({ version: z.number().int(), digest: digestShape })

export const planShape = z.object({
  promotion: idShape<PromotionId>(),
  revision: z.number().int(),
  planDigest: digestShape,
  requester: z.string(),
  contributors: z.array(z.string()).readonly(),
  policy: z.object({ version: z.number().int(), rule: z.number().int() }),
  risk: riskShape,
  severalSteps: z.boolean(),
  signIn: shownSignInShape.optional().meta({
    description: 'How those who sign have to have signed in themselves, where the policy asks for it.',
  }),
  steps: z
    .array(
      z.object({
        position: z.number().int(),
        name: z.string(),
        kind: z.string(),
        required: z.number().int(),
        groups: z.array(z.string()).readonly(),
        people: z.array(z.string()).readonly(),
        atLeastOneOf: z.array(z.string()).readonly(),
        publicKey: z.string().optional().meta({
          description: 'Of an external step: the key of the system that it waits for.',
        }),
      }),
    )
    .readonly(),
  findings: z
    .array(
      z.object({
        rule: z.string(),
        severity: z.enum(['blocker', 'warning', 'info']),
        asset: idShape<AssetId>(),
        pointer: z.string(),
        message: z.string(),
        acknowledged: z.boolean(),
        justification: z.string().nullable(),
      }),
    )
    .readonly(),
  dependencies: z
    .array(
      z.object({
        asset: idShape<AssetId>(),
        pointer: z.string(),
        on: idShape<AssetId>('The staging asset that is referred to.'),
        required: z.boolean(),
        resolution: z.enum(['bundle', 'associated', 'bound', 'remembered', 'missing']),
        target: idShape<AssetId>().nullable(),
      }),
    )
    .readonly(),
  manifest: manifestShape.nullable(),
  evidence: z
    .array(
      z.object({
        kind: z.enum(evidenceKinds),
        asset: idShape<AssetId>().nullable(),
        digest: digestShape.nullable(),
        link: z.string().nullable(),
        note: z.string().nullable(),
      }),
    )
    .readonly(),
  reviewers: z.array(idShape<PersonId>()).readonly(),
  notBefore: instantShape.nullable(),
  activation: z.enum(['manual', 'automatic']),
  validation: validationShape.optional().meta({
    description: 'What the rule asks people to check once it is in use. Left out where it asks for nothing.',
  }),
  expiresAfter: z.string().nullable(),
  items: z
    .array(
      z.object({
        position: z.number().int(),
        type: z.string(),
        name: z.string(),
        action: z.enum(['create', 'update', 'unchanged']),
        source: versionPin.extend({ id: idShape<AssetId>() }),
        target: z.object({ id: idShape<AssetId>(), baselineVersion: z.number().int().nullable() }),
        adopted: z.boolean(),
        moved: z.boolean().meta({
          description: 'Whether production holds another version by now than the plan was made against.',
        }),
        digest: digestShape,
        content: z.unknown().optional(),
        diff: z
          .array(
            z.object({
              pointer: z.string(),
              op: z.enum(['add', 'remove', 'replace']),
              from: z.unknown().optional(),
              to: z.unknown().optional(),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
})

export const planQueryShape = z.strictObject({
  unmask: booleanParameter.optional().meta({
    description: 'Shows what is masked, to who has a role in the destination. It is an entry of the log.',
  }),
})

/** What a request would come to. */
export const promotionPreviewShape = planShape.omit({ promotion: true, planDigest: true }).extend({
  signers: z.object({
    satisfiable: z.boolean(),
    byStep: z
      .array(
        z.object({
          position: z.number().int(),
          able: z.array(idShape<PersonId>()).readonly(),
          needed: z.number().int(),
          enough: z.boolean(),
        }),
      )
      .readonly(),
  }),
  offers: z
    .array(
      z.object({
        id: idShape<AssetId>(),
        type: z.string(),
        name: z.string(),
        version: z.number().int(),
        required: z.boolean(),
      }),
    )
    .readonly()
    .meta({
      description:
        'Staging assets that the bundle refers to and production lacks, with whatever these refer to; required ones have to join, or be bound.',
    }),
})
