import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { person as personTable } from '../../../db/control/person.ts'
import { promotionRevision } from '../../../db/control/promotion-revision.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { type DecisionId, type Digest, identifier, type PersonId } from '../../../domain/identifiers.ts'
import { saveText } from '../../audit/save-text.ts'
import type { Caller, ServiceContext } from '../../context.ts'
import { requireRight } from '../../people/require-right.ts'
import type { SeenPromotion } from '../find-promotion.ts'
import { readVotes } from '../signers/read-votes.ts'
import { type SigningAuthority, signingAuthority } from '../signers/signing-authority.ts'

async function readContributors(
  transaction: Transaction,
  { asked }: SeenPromotion,
): Promise<ReadonlySet<PersonId>> {
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
  return new Set([asked.requester, ...(row?.contributors ?? [])])
}

/**
 * What whoever is about to sign a promotion's plan may sign for: with some role in the destination, having contributed
 * nothing.
 *
 * @throws Refused naming the rule that keeps this person from signing.
 */
export async function requireSigner(
  transaction: Transaction,
  caller: Caller,
  seen: SeenPromotion,
  act: 'promotion.decide' | 'promotion.override',
): Promise<SigningAuthority> {
  const contributors = await readContributors(transaction, seen)
  const standing = await requireRight(transaction, caller, act, {
    through: seen.through,
    environment: seen.asked.destinationEnvironment,
    contributed: contributors.has(caller.person),
  })
  const voters = (await readVotes(transaction, seen.asked)).map(({ person }) => person)
  return signingAuthority(transaction, standing, new Set([...contributors, ...voters]))
}

interface SignedWith {
  readonly authority: SigningAuthority
  readonly comment: string
  readonly planDigest: Digest
}

/** What a signature holds besides the verdict: the plan, the groups signed for, and the words and name as texts. */
export async function signatureOf(
  { caller }: Pick<ServiceContext, 'caller'>,
  transaction: Transaction,
  { authority, comment, planDigest }: SignedWith,
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
    groups: [...authority.groups],
    standsInFor: [...authority.standsInFor],
    commentText: commentText.text,
    printedNameText: printedNameText.text,
  }
}
