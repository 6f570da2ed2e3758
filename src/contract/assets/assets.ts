import { z } from 'zod'
import type { AssetId, EnvironmentId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { booleanParameter, countShape, digestShape, idShape, instantShape, nameShape } from '../shapes.ts'

/** Passed on as the strict parser read it: a validator that copies could lose members that only look special. */
export const askedContentShape = z
  .custom<JsonObject>((value) => isJsonObject(value as JsonObject), 'must be an object')
  .meta({ type: 'object', description: 'By the schema of the type; see GET /v1/asset-types/{type}.' })

export const typeNameShape = z
  .string()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')

export const newAssetShape = z.strictObject({
  type: typeNameShape,
  name: nameShape,
  content: askedContentShape,
})

export const nextVersionShape = z.strictObject({ content: askedContentShape })

export const associationShape = z
  .object({
    asset: idShape<AssetId>('The one on the other side.'),
    environment: idShape<EnvironmentId>('Of the other side.'),
    status: z.enum(['in_sync', 'out_of_date', 'drifted']).meta({
      description:
        '`out_of_date`: staging is newer. `drifted`: production was changed outside of a promotion.',
    }),
    finding: z
      .enum(['changed', 'erased', 'missing', 'repointed', 'restored'])
      .optional()
      .meta({
        description:
          'Where it has drifted: other bytes, erased ones, nothing there, another version in use than any recorded act ' +
          'chose, or an older one, or none, that was restored or that a rollout went back to.',
      }),
    promotion: idShape<PromotionId>('The last one that linked them.'),
    sourceVersion: z.number().int(),
    targetVersion: z.number().int(),
  })
  .meta({ id: 'Association' })

export const assetShape = z
  .object({
    id: idShape<AssetId>(),
    type: z.string(),
    name: z.string(),
    environment: idShape<EnvironmentId>(),
    version: z.number().int().meta({ description: 'The newest that counts; 0 where none does.' }),
    digest: digestShape.nullable(),
    activeVersion: z.number().int().nullable().meta({ description: 'The one in use.' }),
    association: associationShape.optional(),
    warnings: z
      .array(z.object({ rule: z.string(), pointer: z.string(), message: z.string() }))
      .readonly()
      .optional()
      .meta({
        description:
          'What in the newest content looks like a secret or like data of a patient, though not surely. Lists leave it out.',
      }),
    missingSecrets: z.array(z.string()).readonly().meta({ description: 'JSON Pointers into the content.' }),
    unresolvedReferences: z.array(z.string()).readonly().meta({
      description: 'JSON Pointers of references to assets that this environment does not have; at most 100.',
    }),
    createdAt: instantShape,
    createdBy: idShape<PersonId>(),
    updatedAt: instantShape,
    updatedBy: idShape<PersonId>(),
    deletedAt: instantShape.nullable(),
    deletedBy: idShape<PersonId>().nullable(),
  })
  .meta({ id: 'Asset' })

export const writtenAssetShape = assetShape
  .extend({
    written: z
      .boolean()
      .meta({ description: 'False where the newest version holds the same content already.' }),
  })
  .meta({ id: 'WrittenAsset' })

export const versionShape = z
  .object({
    asset: idShape<AssetId>(),
    type: z.string(),
    name: z.string(),
    version: z.number().int(),
    digest: digestShape,
    author: idShape<PersonId>('Who wrote it, or is behind its landing.'),
    stagingAuthor: idShape<PersonId>()
      .nullable()
      .meta({ description: 'Who wrote in staging what it landed.' }),
    promotion: idShape<PromotionId>().nullable().meta({ description: 'The one that landed it.' }),
    discarded: z.boolean().meta({ description: 'Its landing was taken back: it never counted.' }),
    createdAt: instantShape,
  })
  .meta({ id: 'AssetVersion' })

export const versionWithContentShape = versionShape
  .extend({ content: z.unknown().meta({ description: 'Null once it was erased.' }) })
  .meta({ id: 'AssetVersionWithContent' })

export const assetQueryShape = z.strictObject({
  ...pageQuery,
  type: typeNameShape.optional(),
  name: nameShape.optional(),
  active: booleanParameter.optional(),
  deleted: booleanParameter.optional(),
  association: z.enum(['in_sync', 'out_of_date', 'drifted', 'none']).optional(),
})

export const versionCursor = opaqueCursor(countShape(1))

export const versionQueryShape = z.strictObject({ ...pageQuery, cursor: versionCursor.shape.optional() })

export const versionNumberShape = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/)
  .transform(Number)
  .meta({ description: 'From 1.' })

const namedVersionShape = z.object({ version: z.number().int(), digest: digestShape })

export const askedRestoreShape = z.strictObject({ version: countShape(1) })

/** An asset as it stands after a restoration, or before one in a dry run. */
export const restoredAssetShape = assetShape
  .extend({
    restoration: z.object({
      dryRun: z.boolean(),
      restoredFrom: z.number().int(),
      before: namedVersionShape.meta({ description: 'What counted; in production what was in use.' }),
      after: namedVersionShape,
      diff: z
        .array(
          z.object({
            pointer: z.string(),
            op: z.enum(['add', 'remove', 'replace']),
            from: z.unknown().optional(),
            to: z.unknown().optional(),
          }),
        )
        .readonly()
        .optional()
        .meta({ description: 'In a dry run.' }),
    }),
  })
  .meta({ id: 'RestoredAsset' })
