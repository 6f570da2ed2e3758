import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { promotionRevision } from '../../../db/control/promotion-revision.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { type DecisionId, type Digest, identifier, type PersonId } from '../../../domain/identifiers.ts'
import { saveTextsAhead } from '../../audit/save-text.ts'
import type { Caller } from '../../context.ts'
import { readOwnName } from '../../people/read-own-name.ts'
import { requireAct, requireActive } from '../../people/require-right.ts'
import { standInsOf } from '../../people/stand-ins.ts'
import type { SeenPromotion } from '../find-promotion.ts'
import { readVotes } from '../signers/read-votes.ts'
import { authorityOf, type SigningAuthority } from '../signers/signing-authority.ts'

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

/** What somebody may sign for, and their name as it reads now. */
export interface Signature extends SigningAuthority {
  readonly printedName: string
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
): Promise<Signature> {
  const environment = seen.asked.destinationEnvironment
  const [contributors, votes, printedName, standing, standIns] = await Promise.all([
    readContributors(transaction, seen),
    readVotes(transaction, seen.asked),
    readOwnName(transaction, caller),
    requireActive(transaction, caller, environment),
    standInsOf(transaction, caller.person),
  ])
  requireAct(act, standing, { through: seen.through, contributed: contributors.has(caller.person) })
  const excluded = new Set([...contributors, ...votes.map(({ person }) => person)])
  return { ...authorityOf(standing.groups, standIns, excluded), printedName }
}

interface SignedWith {
  readonly authority: Signature
  readonly comment: string
  readonly planDigest: Digest
}

/** What a signature holds besides the verdict: the plan, the groups signed for, and the words and name as texts. */
export function signatureOf(transaction: Transaction, { authority, comment, planDigest }: SignedWith) {
  const [commentText, printedNameText] = saveTextsAhead(transaction, [comment, authority.printedName])
  if (commentText === undefined || printedNameText === undefined)
    throw new RangeError('a text was not stored')
  return {
    decision: identifier<DecisionId>(uuidv7()),
    planDigest,
    groups: [...authority.groups],
    standsInFor: [...authority.standsInFor],
    commentText: commentText.text,
    printedNameText: printedNameText.text,
  }
}
