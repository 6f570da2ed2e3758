import { z } from 'zod'
import type { AssetId, EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { evidenceKinds } from '../../domain/plan/evidence.ts'
import {
  askedInstantShape,
  countShape,
  digestShape,
  idShape,
  jsonShape,
  nameShape,
  reasonShape,
} from '../shapes.ts'

const environmentReference = z.strictObject({ id: idShape<EnvironmentId>() })
const pointer = z
  .string()
  .max(1000)
  .regex(/^(\/([^~/]|~0|~1)*)*$/, 'must be a JSON Pointer')

const bindingShape = z.union([
  z.strictObject({ from: idShape<AssetId>(), to: idShape<AssetId>() }),
  z.strictObject({ asset: idShape<AssetId>(), pointer, value: jsonShape }),
])

const textList = z.array(z.string().min(1).max(500)).max(200).readonly()

/** What a promotion needs outside Countersign, written down by its requester. */
export const manifestShape = z.strictObject({
  endpointsUsed: textList.optional(),
  requiredPermissions: textList.optional(),
  webhookEventTypes: textList.optional(),
  automationLogic: z.string().max(4000).optional(),
  expectedDataFlows: z.string().max(4000).optional(),
})

const linkShape = z
  .string()
  .max(2000)
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), { message: 'must be a web address' })

/** What a requester shows of staging. The payloads stay where they were recorded. */
const evidenceShape = z
  .strictObject({
    kind: z.enum(evidenceKinds),
    asset: idShape<AssetId>(
      'The staging asset that it is about; the whole bundle where left out.',
    ).optional(),
    digest: digestShape.optional(),
    link: linkShape.optional(),
    note: z.string().min(1).max(2000).optional(),
  })
  .refine(
    ({ kind, digest, link, note }) =>
      kind === 'not-testable' ? note !== undefined : digest !== undefined || link !== undefined,
    {
      message: 'needs a digest or a link; what is not testable needs a note that says why',
    },
  )

/** A finding that the requester takes note of, as findings are answered, with words where it needs some. */
const acknowledgementShape = z.strictObject({
  rule: z.string().regex(/^[a-z][a-z-]{0,63}$/, 'must be the name of a rule'),
  asset: idShape<AssetId>(),
  pointer,
  justification: z.string().min(1).max(2000).optional(),
  severity: z.string().optional(),
  message: z.string().optional(),
  acknowledged: z.boolean().optional(),
})

const alongShape = {
  bindings: z.array(bindingShape).max(1000).optional(),
  manifest: manifestShape.optional(),
  evidence: z.array(evidenceShape).max(200).optional(),
  acknowledge: z.array(acknowledgementShape).max(500).optional(),
  adopt: z
    .array(z.strictObject({ id: idShape<AssetId>(), target: idShape<AssetId>() }))
    .max(100)
    .optional()
    .meta({ description: 'Production assets without a partner that staging assets take over.' }),
  reviewers: z.array(idShape<PersonId>()).max(20).optional().meta({ description: 'Whom to ask first.' }),
  notBefore: askedInstantShape.optional(),
}

const promotingAssetsShape = z
  .array(
    z.strictObject({
      id: idShape<AssetId>(),
      type: nameShape,
      version: countShape(1).optional(),
    }),
  )
  .min(1, 'must name at least one asset')
  .max(100, 'must name at most 100 assets')

export const promotionRequestShape = z.strictObject({
  promotingAssets: promotingAssetsShape,
  fromEnvironment: environmentReference,
  toEnvironment: environmentReference,
  reason: reasonShape,
  ...alongShape,
  draft: z
    .boolean()
    .optional()
    .meta({ description: 'Holds no lock and tells nobody until it is submitted.' }),
})

/** What is left out stays as the revision before had it. */
export const resubmissionShape = z.strictObject({
  promotingAssets: promotingAssetsShape.optional(),
  reason: reasonShape,
  ...alongShape,
})
