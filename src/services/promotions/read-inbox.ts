import { and, asc, eq, gt, inArray, or, type SQL, sql } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type EnvironmentId, type Instant, instant, type PromotionId } from '../../domain/identifiers.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { ServiceContext } from '../context.ts'
import { requireActive } from '../people/require-right.ts'
import { awaits } from './signers/awaiting.ts'
import { signingAuthority } from './signers/signing-authority.ts'

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

async function waitingHere(
  transaction: Transaction,
  { caller }: ServiceContext,
  environment: EnvironmentId,
): Promise<SQL | undefined> {
  const standing = await requireActive(transaction, caller, environment)
  const ways: (SQL | undefined)[] = []
  if (mayDo('promotion.decide', standing)) {
    const authority = await signingAuthority(transaction, standing, new Set())
    const waits = awaits(transaction, caller.person, authority)
    ways.push(and(eq(promotionTable.destinationEnvironment, environment), waits))
  }
  ways.push(
    and(
      eq(promotionTable.sourceEnvironment, environment),
      eq(promotionTable.requester, caller.person),
      inArray(promotionTable.state, ['changes_requested', 'draft']),
    ),
  )
  if (mayDo('rollout.activate', standing, { through: 'destination' })) {
    ways.push(
      and(
        eq(promotionTable.destinationEnvironment, environment),
        eq(promotionTable.state, 'promoted'),
        sql`exists (select from ${rolloutTable} where ${rolloutTable.organization} = ${promotionTable.organization}
          and ${rolloutTable.id} = ${promotionTable.id} and ${rolloutTable.state} = 'pending_activation')`,
      ),
    )
  }
  return or(...ways)
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
    const rows = await transaction
      .select()
      .from(promotionTable)
      .where(
        and(
          eq(promotionTable.organization, caller.organization),
          await waitingHere(transaction, context, door.environment),
          after === undefined ? undefined : gt(promotionTable.id, after),
        ),
      )
      .orderBy(asc(promotionTable.id))
      .limit(limit + 1)
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
