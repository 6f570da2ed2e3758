import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { person as personTable } from '../../../db/control/person.ts'
import { promotionRevision } from '../../../db/control/promotion-revision.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { type DecisionId, type Digest, identifier } from '../../../domain/identifiers.ts'
import type { Standing } from '../../../domain/rights/standing.ts'
import { saveText } from '../../audit/save-text.ts'
import type { Caller, ServiceContext } from '../../context.ts'
import { requireRight } from '../../people/require-right.ts'
import type { SeenPromotion } from '../find-promotion.ts'

async function contributed(
  transaction: Transaction,
  { asked }: SeenPromotion,
  { person }: Caller,
): Promise<boolean> {
  const [row] = await transaction
    .select({ contributors: promotionRevision.contributors })
    .from(promotionRevision)
    .where(
      and(
        eq(promotionRevision.organization, transaction.organization),
        eq(promotionRevision.promotion, asked.id),
        eq(promotionRevision.revision, asked.revision),
      ),
    )
  return asked.requester === person || row?.contributors.some((one) => one === person) === true
}

/**
 * The rights of whoever is about to sign a promotion's plan: some role in the destination, no contribution to it.
 *
 * @throws Refused naming the rule that keeps this person from signing.
 */
export async function requireSigner(
  transaction: Transaction,
  caller: Caller,
  seen: SeenPromotion,
  act: 'promotion.decide' | 'promotion.override',
): Promise<Standing> {
  return requireRight(transaction, caller, act, {
    through: seen.through,
    environment: seen.asked.destinationEnvironment,
    contributed: await contributed(transaction, seen, caller),
  })
}

/** What a signature holds besides the verdict: the plan, the groups signed for, and the words and name as texts. */
export async function signatureOf(
  { caller }: Pick<ServiceContext, 'caller'>,
  transaction: Transaction,
  {
    groups,
    comment,
    planDigest,
  }: {
    readonly groups: readonly string[]
    readonly comment: string
    readonly planDigest: Digest
  },
) {
  const [signer] = await transaction
    .select({ name: personTable.name })
    .from(personTable)
    .where(and(eq(personTable.organization, caller.organization), eq(personTable.id, caller.person)))
  const commentText = await saveText(transaction, comment)
  const printedNameText = await saveText(transaction, signer?.name ?? '')
  return {
    decision: identifier<DecisionId>(uuidv7()),
    planDigest,
    groups: [...groups],
    commentText: commentText.text,
    printedNameText: printedNameText.text,
  }
}
