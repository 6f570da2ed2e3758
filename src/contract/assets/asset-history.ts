import { z } from 'zod'
import type { AssetId, EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import { logSizesShape } from '../audit.ts'
import { momentShape } from '../moment.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { digestShape, idShape } from '../shapes.ts'
import { associationShape, typeNameShape } from './assets.ts'

const shownMoment = z
  .string()
  .meta({ format: 'date-time', description: 'UTC with microseconds, as in a log.' })
const versionShape = z.number().int()

export const assetMomentShape = z.strictObject({
  at: momentShape
    .optional()
    .meta({ description: 'How it stood then, as its log tells it; not in the future.' }),
})

export const pastAssetShape = z
  .object({
    id: idShape<AssetId>(),
    type: z.string(),
    name: z.string(),
    environment: idShape<EnvironmentId>(),
    at: shownMoment,
    version: versionShape.meta({ description: 'The newest that counted; 0 where none did.' }),
    digest: digestShape.nullable(),
    versionSince: shownMoment,
    deleted: z.boolean(),
    activeVersion: versionShape.nullable(),
    live: z
      .object({
        version: versionShape,
        digest: digestShape,
        promotion: idShape<PromotionId>().nullable(),
        since: shownMoment,
        by: z.string().meta({ description: 'The person behind it.' }),
      })
      .nullable()
      .meta({ description: 'The version that was in use.' }),
  })
  .meta({ id: 'PastAsset' })

export const organizationAssetShape = z
  .object({
    id: idShape<AssetId>(),
    type: z.string(),
    environment: idShape<EnvironmentId>(),
    version: versionShape,
    digest: digestShape.nullable(),
    activeVersion: versionShape.nullable(),
    deleted: z.boolean(),
    association: associationShape.optional(),
  })
  .meta({ id: 'OrganizationAsset' })

/** Pins the moment, and how far each log reached when the first page was read. */
export const assetStateCursor = opaqueCursor(
  z.strictObject({ at: momentShape, sizes: logSizesShape, after: idShape<AssetId>() }),
)

export const assetStateQueryShape = z.strictObject({
  ...pageQuery,
  cursor: assetStateCursor.shape.optional(),
  at: momentShape.optional().meta({ description: 'Now when left out; not in the future.' }),
  environment: idShape<EnvironmentId>().optional(),
  type: typeNameShape.optional(),
})

export const timelineCursor = opaqueCursor(
  z.strictObject({ sizes: logSizesShape, skip: z.number().int().min(0) }),
)

export const timelineQueryShape = z.strictObject({ ...pageQuery, cursor: timelineCursor.shape.optional() })
