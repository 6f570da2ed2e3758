import { and, eq, sql } from 'drizzle-orm'
import { promotionRevision } from '../../../db/control/promotion-revision.ts'
import { databaseClock } from '../../../db/database-clock.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { refusalOfSignIn, type SignInRule } from '../../../domain/sign-in/sign-in-rule.ts'
import type { Caller } from '../../context.ts'
import { Refused } from '../../refused.ts'
import type { SeenPromotion } from '../find-promotion.ts'

/** What a promotion's present plan asks of how those who decide signed in; null where it asks for nothing. */
export async function readSignIn(
  transaction: Transaction,
  { id, revision }: SeenPromotion['asked'],
): Promise<SignInRule | null> {
  const [row] = await transaction
    .select({
      signIn: sql<SignInRule | null>`convert_from(${promotionRevision.plan}, 'UTF8')::jsonb -> 'signIn'`,
    })
    .from(promotionRevision)
    .where(
      and(
        eq(promotionRevision.organization, transaction.organization),
        eq(promotionRevision.promotion, id),
        eq(promotionRevision.revision, revision),
      ),
    )
  return row?.signIn ?? null
}

/**
 * Refuses who signed in otherwise than the plan asks, by the database's clock, which judges it again when the decision is
 * recorded.
 *
 * @throws Refused `insufficient-authentication` with the sign-in that would do.
 */
export async function requireSignIn(
  transaction: Transaction,
  { authentication }: Caller,
  signIn: SignInRule | null,
): Promise<void> {
  if (signIn === null) return
  const refusal = refusalOfSignIn(signIn, authentication, await databaseClock(transaction))
  if (refusal !== null) throw new Refused(refusal.code, refusal.detail, [], signIn)
}
