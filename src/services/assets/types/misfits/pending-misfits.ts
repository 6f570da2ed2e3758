import { and, eq, inArray } from 'drizzle-orm'
import { productionCommand } from '../../../../db/control/production-command.ts'
import { promotion } from '../../../../db/control/promotion.ts'
import { promotionItem } from '../../../../db/control/promotion-item.ts'
import { promotionPin } from '../../../../db/control/promotion-pin.ts'
import { promotionSourceLock } from '../../../../db/control/promotion-source-lock.ts'
import { content } from '../../../../db/every-store/content.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import type { JsonValue } from '../../../../domain/json.ts'
import { parseStrict } from '../../../../trust/strict-parse.ts'
import type { ContentProblem } from '../../content-problems.ts'
import { type ChangedType, type Misfit, problemsUnder } from './misfit.ts'
import { pendingReferenceProblems } from './reference-misfits.ts'

function problemsOnTheWay(changed: ChangedType, content: JsonValue): readonly ContentProblem[] {
  return [
    ...problemsUnder(changed, content),
    ...pendingReferenceProblems(changed.before, changed.type, content),
  ]
}

/** Content that production was asked to write and has not written yet. */
async function actMisfits(control: Transaction, changed: ChangedType): Promise<readonly Misfit[]> {
  const rows = await control
    .select({
      asset: productionCommand.asset,
      environment: productionCommand.environment,
      bytes: content.bytes,
    })
    .from(productionCommand)
    .innerJoin(
      content,
      and(
        eq(content.organization, productionCommand.organization),
        eq(content.digest, productionCommand.contentDigest),
      ),
    )
    .where(
      and(
        eq(productionCommand.organization, control.organization),
        eq(productionCommand.type, changed.type.name),
        inArray(productionCommand.state, ['requested', 'authorized']),
      ),
    )
  return rows.flatMap(({ bytes, ...place }) =>
    bytes === null
      ? []
      : problemsOnTheWay(changed, parseStrict(bytes)).map((problem) => ({
          ...place,
          what: 'a write that is under way',
          ...problem,
        })),
  )
}

/** What open promotions would land, and those whose preflight has not said yet what that is. */
async function promotionMisfits(control: Transaction, changed: ChangedType): Promise<readonly Misfit[]> {
  const rows = await control
    .select({
      asset: promotionPin.asset,
      environment: promotion.destinationEnvironment,
      promotion: promotion.id,
      item: promotionItem.renderedDigest,
      bytes: content.bytes,
    })
    .from(promotionSourceLock)
    .innerJoin(
      promotion,
      and(
        eq(promotion.organization, promotionSourceLock.organization),
        eq(promotion.id, promotionSourceLock.promotion),
      ),
    )
    .innerJoin(
      promotionPin,
      and(
        eq(promotionPin.organization, promotion.organization),
        eq(promotionPin.promotion, promotion.id),
        eq(promotionPin.revision, promotion.revision),
        eq(promotionPin.asset, promotionSourceLock.asset),
      ),
    )
    .leftJoin(
      promotionItem,
      and(
        eq(promotionItem.organization, promotion.organization),
        eq(promotionItem.promotion, promotion.id),
        eq(promotionItem.revision, promotion.revision),
        eq(promotionItem.sourceAsset, promotionPin.asset),
      ),
    )
    .leftJoin(
      content,
      and(
        eq(content.organization, promotionItem.organization),
        eq(content.digest, promotionItem.renderedDigest),
      ),
    )
    .where(
      and(
        eq(promotionSourceLock.organization, control.organization),
        eq(promotionPin.type, changed.type.name),
      ),
    )
  return rows.flatMap(({ asset, environment, promotion: id, item, bytes }): readonly Misfit[] => {
    const place = { asset, environment, what: `promotion ${id}` }
    if (item === null) return [{ ...place, pointer: '', message: 'is in preflight; ask again soon' }]
    if (bytes === null) return []
    return problemsOnTheWay(changed, parseStrict(bytes)).map((problem) => ({ ...place, ...problem }))
  })
}

/** What is on its way into production and would not fit a changed type when it gets there. */
export async function pendingMisfits(control: Transaction, changed: ChangedType): Promise<readonly Misfit[]> {
  return [...(await actMisfits(control, changed)), ...(await promotionMisfits(control, changed))]
}
