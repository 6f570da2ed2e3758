import { z } from 'zod'
import type { AssetId, EnvironmentId, PersonId, PromotionId } from '../domain/identifiers.ts'
import { opaqueCursor } from './opaque-cursor.ts'
import { pageQuery } from './pagination.ts'
import { askedInstantShape, digestShape, idShape } from './shapes.ts'

const timeShape = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$/)
  .meta({ format: 'date-time', description: 'UTC with microseconds, as in the leaf.' })

const originShape = z.string().max(500)
const indexShape = z.number().int().min(0)

export const auditEventShape = z
  .object({
    id: z.string(),
    origin: originShape.meta({ description: 'The log it stands in.' }),
    index: indexShape.meta({ description: 'Its place there, from 0.' }),
    leafHash: digestShape.meta({ description: 'Of its leaf, by RFC 6962.' }),
    type: z.string(),
    subject: z.string().meta({ description: 'What it is about, as kind/id.' }),
    time: timeShape,
    actor: z.object({ person: z.string().optional(), via: z.string(), key: z.string().optional() }),
    organization: z.string(),
    environment: z.string().optional(),
    asset: z.string().optional(),
    promotion: z.string().optional(),
    outcome: z.string(),
    details: z.unknown().meta({ description: 'Ids, digests and commitments; no content.' }),
    state: z.literal('sequenced'),
  })
  .meta({ id: 'AuditEvent' })

/** How far each log reached when a first page was read. */
export const logSizesShape = z
  .array(z.strictObject({ origin: originShape, size: indexShape }))
  .max(100)
  .readonly()

/** Pins how far each log reached when the first page was read. */
export const eventCursor = opaqueCursor(
  z.strictObject({
    sizes: logSizesShape,
    after: z.strictObject({ time: timeShape, origin: originShape, index: indexShape }),
  }),
)

export const eventQueryShape = z.strictObject({
  ...pageQuery,
  cursor: eventCursor.shape.optional(),
  actor: idShape<PersonId>().optional(),
  type: z.string().min(1).max(200).optional(),
  outcome: z.enum(['success', 'refused']).optional(),
  asset: idShape<AssetId>().optional(),
  environment: idShape<EnvironmentId>().optional(),
  promotion: idShape<PromotionId>().optional(),
  after: askedInstantShape.optional(),
  before: askedInstantShape.optional(),
})

export const logShape = z
  .object({
    origin: originShape,
    size: indexShape.meta({ description: 'How many of its entries the index holds.' }),
  })
  .meta({ id: 'Log' })

export const logCursor = opaqueCursor(originShape)

export const logQueryShape = z.strictObject({ ...pageQuery, cursor: logCursor.shape.optional() })
