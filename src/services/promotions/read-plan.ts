import { and, eq } from 'drizzle-orm'
import { promotionRevision } from '../../db/control/promotion-revision.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Digest } from '../../domain/identifiers.ts'
import { asPlan, type Plan } from '../../domain/plan/plan.ts'
import type { RevisionReference } from '../../domain/promotion/revision.ts'
import { parseStrict } from '../../trust/strict-parse.ts'

/** A plan as it is signed, with the digest that signatures name. */
export interface SignedPlan {
  readonly plan: Plan
  readonly planDigest: Digest
}

/** The plan of a revision; undefined before it is made. */
export async function readPlan(
  transaction: Transaction,
  { promotion, revision }: Pick<RevisionReference, 'promotion' | 'revision'>,
): Promise<SignedPlan | undefined> {
  const [row] = await transaction
    .select({ plan: promotionRevision.plan, digest: promotionRevision.planDigest })
    .from(promotionRevision)
    .where(
      and(
        eq(promotionRevision.organization, transaction.organization),
        eq(promotionRevision.promotion, promotion),
        eq(promotionRevision.revision, revision),
      ),
    )
  return row && { plan: asPlan(parseStrict(row.plan)), planDigest: row.digest as Digest }
}
