import { and, asc, eq, gt, inArray, or, type SQL } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type EnvironmentId, type Instant, instant, type PromotionId } from '../../domain/identifiers.ts'
import { compareText } from '../../domain/plan/compare-text.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { ServiceContext } from '../context.ts'
import { requireActive } from '../people/require-right.ts'
import { awaiting } from './signers/awaiting.ts'

/** Something that waits for the caller. */
export interface InboxItem {
  /** `decide`: sign or decline. `resubmit`: change what was sent back. `activate`: take live what landed. */
  readonly kind: 'decide' | 'resubmit' | 'activate'
  readonly promotion: PromotionId
  readonly fromEnvironment: EnvironmentId
  readonly toEnvironment: EnvironmentId
  readonly since: Instant
  readonly deadline: Instant | null
}

export interface InboxPage {
  readonly limit: number
  /** The promotion of the last item of the page before; ids rise with time. */
  readonly after?: PromotionId | undefined
}

type Row = typeof promotionTable.$inferSelect

async function waitingForWords(
  transaction: Transaction,
  { caller }: ServiceContext,
  environment: EnvironmentId,
): Promise<SQL | undefined> {
  const standing = await requireActive(transaction, caller, environment)
  const sentBack = and(
    eq(promotionTable.sourceEnvironment, environment),
    eq(promotionTable.requester, caller.person),
    eq(promotionTable.state, 'changes_requested'),
  )
  if (!mayDo('promotion.decide', standing)) return sentBack
  const waits = await awaiting(transaction, standing)
  return or(sentBack, and(eq(promotionTable.destinationEnvironment, environment), waits))
}

/** Promotions that wait for a signature or for changes: among what is open, which an index of its own finds. */
async function readOpen(
  transaction: Transaction,
  context: ServiceContext,
  environment: EnvironmentId,
  { limit, after }: InboxPage,
): Promise<readonly Row[]> {
  return transaction
    .select()
    .from(promotionTable)
    .where(
      and(
        eq(promotionTable.organization, transaction.organization),
        inArray(promotionTable.state, ['in_review', 'awaiting_approval', 'changes_requested']),
        await waitingForWords(transaction, context, environment),
        after === undefined ? undefined : gt(promotionTable.id, after),
      ),
    )
    .orderBy(asc(promotionTable.id))
    .limit(limit + 1)
}

/** What landed and waits to be taken live, for who may do that. */
async function readLanded(
  transaction: Transaction,
  { caller }: ServiceContext,
  environment: EnvironmentId,
  { limit, after }: InboxPage,
): Promise<readonly Row[]> {
  const standing = await requireActive(transaction, caller, environment)
  if (!mayDo('rollout.activate', standing)) return []
  const rows = await transaction
    .select({ promotion: promotionTable })
    .from(rolloutTable)
    .innerJoin(
      promotionTable,
      and(
        eq(promotionTable.organization, rolloutTable.organization),
        eq(promotionTable.id, rolloutTable.id),
        eq(promotionTable.destinationEnvironment, environment),
      ),
    )
    .where(
      and(
        eq(rolloutTable.organization, transaction.organization),
        eq(rolloutTable.state, 'pending_activation'),
        after === undefined ? undefined : gt(rolloutTable.id, after),
      ),
    )
    .orderBy(asc(rolloutTable.id))
    .limit(limit + 1)
  return rows.map(({ promotion }) => promotion)
}

function kindOf({ state }: Row): InboxItem['kind'] {
  if (state === 'promoted') return 'activate'
  return state === 'in_review' || state === 'awaiting_approval' ? 'decide' : 'resubmit'
}

/**
 * What waits for the caller in the environment that their key opens, oldest first, one more than `limit` where there is
 * more. With a key of the organization nothing of promotions waits: they are decided with keys of their ends.
 */
export async function readInbox(
  context: ServiceContext,
  { limit, after }: InboxPage,
): Promise<readonly InboxItem[]> {
  const { caller, stores } = context
  const { door } = caller
  if (door.kind === 'organization') return []
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const page = { limit, after }
    const rows = [
      ...(await readOpen(transaction, context, door.environment, page)),
      ...(await readLanded(transaction, context, door.environment, page)),
    ]
      .sort((one, other) => compareText(one.id, other.id))
      .slice(0, limit + 1)
    return rows.map((row) => ({
      kind: kindOf(row),
      promotion: row.id,
      fromEnvironment: row.sourceEnvironment,
      toEnvironment: row.destinationEnvironment,
      since: instant(row.updatedAt),
      deadline: row.state === 'promoted' || row.expiresAt === null ? null : instant(row.expiresAt),
    }))
  })
}
