import { and, eq } from 'drizzle-orm'
import { promotionPin } from '../../db/control/promotion-pin.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { EnvironmentRole } from '../../domain/rights/standing.ts'
import { findTypes } from '../assets/types/find-types.ts'

const writingRoles: readonly EnvironmentRole[] = ['engineer', 'support']

/** The roles that may write every asset of a promotion in its source. */
export async function writersOf(
  transaction: Transaction,
  promotion: PromotionId,
): Promise<readonly EnvironmentRole[]> {
  const pins = await transaction
    .selectDistinct({ type: promotionPin.type })
    .from(promotionPin)
    .where(
      and(eq(promotionPin.organization, transaction.organization), eq(promotionPin.promotion, promotion)),
    )
  const types = await findTypes(
    transaction,
    pins.map(({ type }) => type),
  )
  return writingRoles.filter((role) =>
    pins.every(({ type }) => types.get(type)?.writableBy.some((writer) => writer === role)),
  )
}
