import { z } from 'zod'
import type { AssetId, EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { idShape } from '../shapes.ts'

/** Where one list of a comparison goes on. */
export const parityCursor = opaqueCursor(
  z.object({
    list: z.enum(['onlyHere', 'onlyThere', 'behind', 'drifted', 'unbound']),
    after: idShape<AssetId>(),
  }),
)

/** Query parameters of a comparison. A cursor reads the list it comes from, and no other. */
export const parityQueryShape = z.strictObject({
  with: idShape<EnvironmentId>('The other environment.'),
  limit: pageQuery.limit,
  cursor: parityCursor.shape.optional(),
})

const differingShape = z.object({
  asset: idShape<AssetId>(),
  type: z.string(),
  version: z.int(),
  partner: z
    .object({ asset: idShape<AssetId>(), version: z.int(), promotion: idShape<PromotionId>() })
    .nullable()
    .meta({ description: 'On the other side.' }),
})

const unboundShape = z.object({
  asset: idShape<AssetId>(),
  type: z.string(),
  pointer: z.string(),
  place: z.enum(['reference', 'binding']),
})

function listShape<Item extends z.ZodType>(item: Item, description: string) {
  return z
    .object({
      count: z
        .int()
        .nullable()
        .meta({ description: 'Of the whole list; null where it was not read to its end.' }),
      data: z.array(item).readonly(),
      nextCursor: z.string().nullable(),
    })
    .meta({ description })
}

/** How two environments differ. */
export const parityShape = z
  .object({
    environment: idShape<EnvironmentId>(),
    with: idShape<EnvironmentId>(),
    onlyHere: listShape(differingShape, 'Assets without a counterpart in the other environment.'),
    onlyThere: listShape(differingShape, 'Assets of the other environment without a counterpart here.'),
    behind: listShape(differingShape, 'Pairs whose staging asset is newer than what was promoted.'),
    drifted: listShape(differingShape, 'Pairs whose production asset changed outside a promotion.'),
    unbound: listShape(
      unboundShape,
      'Places of staging content that name something production has no counterpart of.',
    ),
  })
  .meta({ id: 'Parity' })
