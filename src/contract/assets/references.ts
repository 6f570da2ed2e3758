import { z } from 'zod'
import type { AssetId } from '../../domain/identifiers.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { countShape, idShape } from '../shapes.ts'

export const assetUseShape = z
  .object({
    id: idShape<AssetId>('The asset at the other end of the reference.'),
    type: z.string().nullable(),
    name: z.string().nullable(),
    version: z.number().int().nullable().meta({ description: 'Its newest.' }),
    pointer: z.string().meta({ description: 'JSON Pointer into the content of the one that refers.' }),
    required: z.boolean().meta({ description: 'Whether its type asks for this reference.' }),
    resolved: z.boolean().meta({ description: 'Whether this environment has the asset that is named.' }),
  })
  .meta({ id: 'AssetUse' })

const positionShape = countShape(0)

/** Pins the version that the first page showed. */
export const usesCursor = opaqueCursor(z.strictObject({ version: countShape(0), position: positionShape }))

export const usesQueryShape = z.strictObject({ ...pageQuery, cursor: usesCursor.shape.optional() })

export const usedByCursor = opaqueCursor(
  z.strictObject({ asset: idShape<AssetId>(), position: positionShape }),
)

export const usedByQueryShape = z.strictObject({ ...pageQuery, cursor: usedByCursor.shape.optional() })
