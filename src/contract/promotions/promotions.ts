import { z } from 'zod'
import type {
  AssetId,
  CommandId,
  DecisionId,
  EnvironmentId,
  PersonId,
  PromotionId,
} from '../../domain/identifiers.ts'
import { authenticationShape } from '../policies/sign-in.ts'
import { askedInstantShape, digestShape, idShape, instantShape } from '../shapes.ts'
import { reviewOutcomeShape } from './acts.ts'
import { externalVerdictShape } from './verdicts.ts'

export const phaseShape = z.enum([
  'draft',
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

export const riskShape = z.enum(['low', 'moderate', 'high'])

const hindranceShape = z.enum(['not-before', 'window', 'freeze', 'organization-freeze'])

const decisionShape = z.object({
  id: idShape<DecisionId>(),
  person: idShape<PersonId>(),
  printedName: z.string().nullable(),
  comment: z.string().nullable(),
  step: z.number().int(),
  verdict: z.string(),
  meaning: z.string(),
  revision: z.number().int(),
  planDigest: digestShape,
  authentication: authenticationShape,
  signedAt: instantShape,
  outdated: z.boolean(),
  withdrawnAt: instantShape.nullable(),
})

/** What another system said of a step, with the envelope that proves it to anybody. */
const verdictShape = z.object({
  verdict: externalVerdictShape,
  reference: z.string().nullable().meta({ description: 'Where the system keeps it, as it says.' }),
  issuedAt: instantShape,
  recordedAt: instantShape,
  envelope: z.object({
    payloadType: z.string(),
    payload: z.string(),
    signatures: z.array(z.object({ sig: z.string() })).readonly(),
  }),
})

const stepShape = z.object({
  position: z.number().int(),
  name: z.string(),
  kind: z.string(),
  required: z.number().int(),
  approved: z.number().int(),
  groups: z.array(z.string()).readonly(),
  people: z.array(z.string()).readonly(),
  atLeastOneOf: z.array(z.string()).readonly(),
  publicKey: z.string().optional().meta({
    description: 'Of an external step: the key of the system that it waits for.',
  }),
  verdict: verdictShape.nullable().optional().meta({
    description: 'Of an external step; null while it waits.',
  }),
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

const overrideShape = z.object({
  person: idShape<PersonId>(),
  reason: z.string().nullable().meta({ description: 'Null once erased.' }),
  at: instantShape,
  revision: z.number().int(),
  reviewDueAt: instantShape,
  overdue: z.boolean().meta({ description: 'Whether the deadline passed before it was reviewed.' }),
  review: z
    .object({
      person: idShape<PersonId>(),
      outcome: reviewOutcomeShape,
      comment: z.string().nullable().meta({ description: 'Null once erased.' }),
      at: instantShape,
    })
    .nullable(),
})

const blockShape = z.object({
  code: z.enum(['frozen', 'awaiting-verdict']).meta({
    description: '`awaiting-verdict`: its open step waits for the signed verdict of another system.',
  }),
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
  risk: riskShape.nullable(),
  notBefore: instantShape.nullable(),
  hindrances: z.array(hindranceShape).readonly().meta({
    description: 'What keeps an approved promotion from landing.',
  }),
  opensAt: instantShape.nullable(),
  blockedBecause: z
    .array(blockShape)
    .readonly()
    .meta({ description: 'What stops it from landing now, whatever people decide.' }),
  expiresAt: instantShape.nullable(),
  createdAt: instantShape,
  updatedAt: instantShape,
  steps: z.array(stepShape).readonly(),
  decisions: z.array(decisionShape).readonly(),
  override: overrideShape.nullable().meta({
    description:
      'Who stood in for those who have to sign. Of several, the one that has waited longest for its review, or the newest.',
  }),
  items: z.array(itemShape).readonly(),
})

export const promotionFilterShape = {
  state: z.union([phaseShape, z.array(phaseShape)]).optional(),
  environment: idShape<EnvironmentId>().optional(),
  asset: idShape<AssetId>().optional(),
  requestedBy: idShape<PersonId>().optional(),
  awaiting: z.literal('me', "must be 'me'").optional().meta({
    description: 'Only those whose open step the caller can sign.',
  }),
  createdAfter: askedInstantShape.optional(),
  createdBefore: askedInstantShape.optional(),
}

/** What is answered when a command was stored and is not settled yet. */
export const pendingCommandShape = z.object({
  command: idShape<CommandId>(),
  state: z.literal('pending'),
})
