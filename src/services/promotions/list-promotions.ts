import { and, desc, eq, gte, inArray, lt, lte, not, or, type SQL, sql } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { promotionPin } from '../../db/control/promotion-pin.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId, Instant, PersonId, PromotionId } from '../../domain/identifiers.ts'
import type { PromotionPhase } from '../../domain/promotion/state.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { Caller, ServiceContext } from '../context.ts'
import { requireActive } from '../people/require-right.ts'
import { standingOf } from '../people/standing.ts'
import { overseesPromotions, unsubmitted } from './find-promotion.ts'
import { type PromotionView, promotionView } from './promotion-view.ts'
import { awaiting } from './signers/awaiting.ts'

export interface PromotionFilter {
  readonly state?: readonly PromotionPhase[] | undefined
  readonly environment?: EnvironmentId | undefined
  readonly asset?: AssetId | undefined
  readonly requestedBy?: PersonId | undefined
  /** Only those that wait for the caller's signature. */
  readonly awaitingMe?: boolean | undefined
  readonly createdAfter?: Instant | undefined
  readonly createdBefore?: Instant | undefined
  readonly limit: number
  /** Id of the last promotion of the page before; ids rise with time. */
  readonly before?: PromotionId | undefined
}

async function visibleEnvironments(
  transaction: Transaction,
  caller: Caller,
): Promise<readonly EnvironmentId[] | 'all'> {
  if (caller.door.kind === 'organization') {
    return (await overseesPromotions(transaction, caller)) ? 'all' : []
  }
  const { environment } = caller.door
  const standing = await standingOf(transaction, caller.actor, environment)
  return mayDo('promotion.read', standing) ? [environment] : []
}

function leadsThrough(environments: readonly EnvironmentId[]): SQL | undefined {
  return or(
    inArray(promotionTable.sourceEnvironment, [...environments]),
    inArray(promotionTable.destinationEnvironment, [...environments]),
  )
}

/** What leads through these environments; of what has not been submitted only what comes from them. */
function seenThrough(environments: readonly EnvironmentId[]): SQL | undefined {
  return or(
    inArray(promotionTable.sourceEnvironment, [...environments]),
    and(inArray(promotionTable.destinationEnvironment, [...environments]), not(unsubmitted)),
  )
}

// With a key of the organization nobody decides, so nothing waits behind one.
async function waitingForMe(transaction: Transaction, caller: Caller): Promise<SQL> {
  if (caller.door.kind === 'organization') return sql`false`
  const { environment } = caller.door
  const standing = await requireActive(transaction, caller, environment)
  if (!mayDo('promotion.decide', standing)) return sql`false`
  const waits = await awaiting(transaction, standing)
  return sql`${promotionTable.destinationEnvironment} = ${environment} and ${waits}`
}

/** The promotions that the caller may see, newest first, one more than `limit` where there are more. */
export async function listPromotions(
  { caller, stores }: ServiceContext,
  filter: PromotionFilter,
): Promise<readonly PromotionView[]> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const { organization } = transaction
    const visible = await visibleEnvironments(transaction, caller)
    if (visible !== 'all' && visible.length === 0) return []
    const waiting = filter.awaitingMe === true ? await waitingForMe(transaction, caller) : undefined
    const ofAsset =
      filter.asset === undefined
        ? undefined
        : inArray(
            promotionTable.id,
            transaction
              .select({ id: promotionPin.promotion })
              .from(promotionPin)
              .where(and(eq(promotionPin.organization, organization), eq(promotionPin.asset, filter.asset))),
          )
    const rows = await transaction
      .select()
      .from(promotionTable)
      .where(
        and(
          eq(promotionTable.organization, organization),
          visible === 'all' ? not(unsubmitted) : seenThrough(visible),
          filter.environment === undefined ? undefined : leadsThrough([filter.environment]),
          filter.state === undefined ? undefined : inArray(promotionTable.state, [...filter.state]),
          filter.requestedBy === undefined ? undefined : eq(promotionTable.requester, filter.requestedBy),
          filter.createdAfter === undefined
            ? undefined
            : gte(promotionTable.createdAt, new Date(filter.createdAfter)),
          filter.createdBefore === undefined
            ? undefined
            : lte(promotionTable.createdAt, new Date(filter.createdBefore)),
          filter.before === undefined ? undefined : lt(promotionTable.id, filter.before),
          ofAsset,
          waiting,
        ),
      )
      .orderBy(desc(promotionTable.id))
      .limit(filter.limit + 1)
    return Promise.all(rows.map((row) => promotionView(transaction, row)))
  })
}
