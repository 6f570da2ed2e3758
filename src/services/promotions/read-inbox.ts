import { and, asc, eq, gte, inArray, or, type SQL } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type EnvironmentId, type Instant, instant, type PromotionId } from '../../domain/identifiers.ts'
import { compareText } from '../../domain/plan/compare-text.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { Standing } from '../../domain/rights/standing.ts'
import type { Caller, ServiceContext } from '../context.ts'
import { requireActive } from '../people/require-right.ts'
import { readWaitingReviews } from '../reviews/read-waiting-reviews.ts'
import { awaiting } from './signers/awaiting.ts'

/** Something that waits for the caller. */
export interface InboxItem {
  /**
   * `decide`: sign or decline. `resubmit`: change what was sent back. `activate`: take live what landed. `review`: say whether
   * it was right that somebody stood in.
   */
  readonly kind: 'decide' | 'resubmit' | 'activate' | 'review'
  readonly promotion: PromotionId
  readonly fromEnvironment: EnvironmentId
  readonly toEnvironment: EnvironmentId
  readonly since: Instant
  readonly deadline: Instant | null
}

export interface InboxPage {
  readonly limit: number
  /** The last item of the page before; ids rise with time, and a promotion may wait for more than one thing. */
  readonly after?: Pick<InboxItem, 'promotion' | 'kind'> | undefined
}

/** Who reads their inbox, with what they may do in the environment that their key opens. */
interface Reader {
  readonly caller: Caller
  readonly standing: Standing
  readonly environment: EnvironmentId
}

type Row = typeof promotionTable.$inferSelect

// One more than asked for, and the last one of the page before, which is read again.
const mostRows = (limit: number) => limit + 2

async function waitingForWords(
  transaction: Transaction,
  { caller, standing, environment }: Reader,
): Promise<SQL | undefined> {
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
  reader: Reader,
  { limit, after }: InboxPage,
): Promise<readonly Row[]> {
  return transaction
    .select()
    .from(promotionTable)
    .where(
      and(
        eq(promotionTable.organization, transaction.organization),
        inArray(promotionTable.state, ['in_review', 'awaiting_approval', 'changes_requested']),
        await waitingForWords(transaction, reader),
        after === undefined ? undefined : gte(promotionTable.id, after.promotion),
      ),
    )
    .orderBy(asc(promotionTable.id))
    .limit(mostRows(limit))
}

/** What landed and waits to be taken live, for who may do that. */
async function readLanded(
  transaction: Transaction,
  { standing, environment }: Reader,
  { limit, after }: InboxPage,
): Promise<readonly Row[]> {
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
        after === undefined ? undefined : gte(rolloutTable.id, after.promotion),
      ),
    )
    .orderBy(asc(rolloutTable.id))
    .limit(mostRows(limit))
  return rows.map(({ promotion }) => promotion)
}

/** Overrides that wait for a review, for who may give it. */
async function readReviews(
  transaction: Transaction,
  { standing, environment }: Reader,
  { limit, after }: InboxPage,
): Promise<readonly InboxItem[]> {
  const page = { limit: mostRows(limit), from: after?.promotion }
  const waiting = await readWaitingReviews(transaction, standing, environment, page)
  return waiting.map(({ promotion, since, dueAt }) => ({
    ...itemOf(promotion),
    kind: 'review',
    since: instant(since),
    deadline: instant(dueAt),
  }))
}

function kindOf({ state }: Row): InboxItem['kind'] {
  if (state === 'promoted') return 'activate'
  return state === 'in_review' || state === 'awaiting_approval' ? 'decide' : 'resubmit'
}

function itemOf(row: Row): InboxItem {
  return {
    kind: kindOf(row),
    promotion: row.id,
    fromEnvironment: row.sourceEnvironment,
    toEnvironment: row.destinationEnvironment,
    since: instant(row.updatedAt),
    deadline: row.state === 'promoted' || row.expiresAt === null ? null : instant(row.expiresAt),
  }
}

function placeOf({ promotion, kind }: Pick<InboxItem, 'promotion' | 'kind'>): string {
  return `${promotion}/${kind}`
}

/**
 * What waits for the caller in the environment that their key opens, oldest first, one more than `limit` where there is
 * more. With a key of the organization nothing of promotions waits: they are decided with keys of their ends.
 */
export async function readInbox(context: ServiceContext, page: InboxPage): Promise<readonly InboxItem[]> {
  const { caller, stores } = context
  const { door } = caller
  if (door.kind === 'organization') return []
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const { environment } = door
    const standing = await requireActive(transaction, caller, environment)
    const reader = { caller, standing, environment }
    const open = await readOpen(transaction, reader, page)
    const landed = await readLanded(transaction, reader, page)
    const reviews = await readReviews(transaction, reader, page)
    const { limit, after } = page
    return [...open.map(itemOf), ...landed.map(itemOf), ...reviews]
      .filter((item) => after === undefined || placeOf(item) > placeOf(after))
      .sort((one, other) => compareText(placeOf(one), placeOf(other)))
      .slice(0, limit + 1)
  })
}
