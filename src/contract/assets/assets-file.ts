import { z } from 'zod'
import { assetsFileFormat, mostAssetsInFile } from '../../domain/asset/assets-file.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import { digestShape, environmentKindShape, idShape, nameShape } from '../shapes.ts'
import { askedContentShape, typeNameShape } from './assets.ts'

const fileAssetShape = z
  .strictObject({
    id: idShape<AssetId>('In the environment that the file is of; references inside the file name it.'),
    type: typeNameShape,
    name: nameShape,
    content: askedContentShape,
    version: z.number().int().min(1).optional().meta({ description: 'When it was exported; not compared.' }),
    digest: digestShape.optional().meta({ description: 'When it was exported; not compared.' }),
  })
  .meta({ id: 'AssetInFile' })

/** An environment's assets as one file. */
export const assetsFileShape = z
  .strictObject({
    format: z.literal(assetsFileFormat),
    environment: z.strictObject({
      id: idShape<EnvironmentId>(),
      name: nameShape,
      kind: environmentKindShape,
    }),
    assets: z.array(fileAssetShape).max(mostAssetsInFile, `must hold at most ${mostAssetsInFile} assets`),
  })
  .meta({ id: 'AssetsFile' })

export const exportQueryShape = z.strictObject({ type: typeNameShape.optional() })

/** What became of each asset of a file. */
export const importedShape = z
  .object({
    environment: idShape<EnvironmentId>(),
    dryRun: z.boolean().meta({ description: 'Whether this only tells what would be done.' }),
    data: z
      .array(
        z.object({
          file: idShape<AssetId>('Its id in the file.'),
          id: idShape<AssetId>('Its id here.').nullable().meta({
            description: 'Its id here; null where a dry run would have given it a new one.',
          }),
          type: z.string(),
          name: z.string().meta({ description: 'Its name here.' }),
          action: z.enum(['created', 'updated', 'unchanged']),
          version: z.number().int(),
        }),
      )
      .readonly()
      .meta({ description: 'In the order of the file.' }),
    warnings: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'JSON Pointer into the file.' }),
          rule: z.string().meta({
            description:
              '`reference-unresolved`, `name-kept`, `partner-left-out`, a rule of screening, or `more` for those that are not shown.',
          }),
          message: z.string(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'ImportedAssets' })
