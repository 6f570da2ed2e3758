import { z } from 'zod'
import type {
  AssetId,
  CommandId,
  DecisionId,
  EnvironmentId,
  PersonId,
  PromotionId,
} from '../../domain/identifiers.ts'
import {
  askedInstantShape,
  countShape,
  digestShape,
  idShape,
  instantShape,
  jsonShape,
  nameShape,
  reasonShape,
} from '../shapes.ts'

const environmentReference = z.strictObject({ id: idShape<EnvironmentId>() })
const jsonValue = jsonShape
const pointer = z
  .string()
  .max(1000)
  .regex(/^(\/([^~/]|~0|~1)*)*$/, 'must be a JSON Pointer')

const bindingShape = z.union([
  z.strictObject({ from: idShape<AssetId>(), to: idShape<AssetId>() }),
  z.strictObject({ asset: idShape<AssetId>(), pointer, value: jsonValue }),
])

const textList = z.array(z.string().min(1).max(500)).max(200)

/** What a promotion needs outside Countersign, written down by its requester. */
const manifestShape = z.strictObject({
  endpointsUsed: textList.optional(),
  requiredPermissions: textList.optional(),
  webhookEventTypes: textList.optional(),
  automationLogic: z.string().max(4000).optional(),
  expectedDataFlows: z.string().max(4000).optional(),
})

export const promotionRequestShape = z.strictObject({
  promotingAssets: z
    .array(
      z.strictObject({
        id: idShape<AssetId>(),
        type: nameShape,
        version: countShape(1).optional(),
      }),
    )
    .min(1, 'must name at least one asset')
    .max(100, 'must name at most 100 assets'),
  fromEnvironment: environmentReference,
  toEnvironment: environmentReference,
  reason: reasonShape,
  bindings: z.array(bindingShape).max(1000).optional(),
  manifest: manifestShape.optional(),
})

export const phaseShape = z.enum([
  'requested',
  'preflight',
  'in_review',
  'awaiting_approval',
  'approved',
  'scheduled',
  'promoting',
  'promoted',
  'changes_requested',
  'rejected',
  'withdrawn',
  'expired',
  'compensating',
  'failed',
  'compensation_stuck',
])

const decisionShape = z.object({
  id: idShape<DecisionId>(),
  person: idShape<PersonId>(),
  printedName: z.string().nullable(),
  comment: z.string().nullable(),
  step: z.number().int(),
  verdict: z.string(),
  meaning: z.string(),
  revision: z.number().int(),
  signedAt: instantShape,
  outdated: z.boolean(),
  withdrawnAt: instantShape.nullable(),
})

const stepShape = z.object({
  position: z.number().int(),
  name: z.string(),
  kind: z.string(),
  required: z.number().int(),
  approved: z.number().int(),
  groups: z.array(z.string()).readonly(),
  state: z.enum(['waiting', 'open', 'completed']),
})

const itemShape = z.object({
  type: z.string(),
  source: z.object({ id: idShape<AssetId>(), version: z.number().int(), digest: digestShape }),
  target: z.object({ id: idShape<AssetId>(), version: z.number().int().nullable() }).nullable(),
  action: z.enum(['created', 'updated', 'unchanged']).nullable(),
  digest: digestShape.nullable(),
  outcome: z.enum(['pending', 'landed', 'not-landed']),
})

const blockShape = z.object({
  code: z.enum(['frozen']),
  detail: z.string(),
  reason: z.string().nullable().meta({ description: 'As it was given with the freeze; null once erased.' }),
  since: instantShape,
  opensAt: instantShape
    .optional()
    .meta({ description: 'When nothing stops it any more, where that is known and within 400 days.' }),
})

export const promotionShape = z.object({
  id: idShape<PromotionId>(),
  state: phaseShape,
  revision: z.number().int(),
  planDigest: digestShape.nullable(),
  fromEnvironment: z.object({ id: idShape<EnvironmentId>() }),
  toEnvironment: z.object({ id: idShape<EnvironmentId>() }),
  requestedBy: idShape<PersonId>(),
  reason: z.string().nullable(),
  policyVersion: z.number().int(),
  failure: z.string().nullable(),
  blockedBecause: z
    .array(blockShape)
    .readonly()
    .meta({ description: 'What stops it from landing now, whatever people decide.' }),
  expiresAt: instantShape.nullable(),
  createdAt: instantShape,
  updatedAt: instantShape,
  steps: z.array(stepShape).readonly(),
  decisions: z.array(decisionShape).readonly(),
  items: z.array(itemShape).readonly(),
})

export const promotionFilterShape = {
  state: z.union([phaseShape, z.array(phaseShape)]).optional(),
  environment: idShape<EnvironmentId>().optional(),
  asset: idShape<AssetId>().optional(),
  requestedBy: idShape<PersonId>().optional(),
  createdAfter: askedInstantShape.optional(),
  createdBefore: askedInstantShape.optional(),
}

const versionPin = z.object({ version: z.number().int(), digest: digestShape })

export const planShape = z.object({
  promotion: idShape<PromotionId>(),
  revision: z.number().int(),
  planDigest: digestShape,
  requester: z.string(),
  contributors: z.array(z.string()).readonly(),
  policy: z.object({ version: z.number().int() }),
  steps: z
    .array(
      z.object({
        position: z.number().int(),
        name: z.string(),
        kind: z.string(),
        required: z.number().int(),
        groups: z.array(z.string()).readonly(),
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
      }),
    )
    .readonly(),
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
  unmask: z
    .enum(['true', 'false'], "must be 'true' or 'false'")
    .transform((text) => text === 'true')
    .optional()
    .meta({
      description: 'Shows what is masked, to who has a role in the destination. It is an entry of the log.',
    }),
})

export const decisionRequestShape = z.strictObject({
  verdict: z.enum(['approve', 'reject', 'request-changes']),
  comment: z.string().max(4000),
  step: countShape(1).optional(),
})

export const withdrawRequestShape = z.strictObject({ reason: reasonShape })

export const rolloutShape = z.object({
  promotion: idShape<PromotionId>(),
  revision: z.number().int(),
  state: z.enum(['pending_activation', 'activating', 'active', 'failed']),
  failure: z.string().nullable(),
  createdAt: instantShape,
  updatedAt: instantShape,
})

/** What is answered when a command was stored and is not settled yet. */
export const pendingCommandShape = z.object({
  command: idShape<CommandId>(),
  state: z.literal('pending'),
})
