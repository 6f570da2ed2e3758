import { and, eq } from 'drizzle-orm'
import { person as personTable } from '../../../db/control/person.ts'
import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { promotionRevision } from '../../../db/control/promotion-revision.ts'
import { promotionStep } from '../../../db/control/promotion-step.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { PersonId } from '../../../domain/identifiers.ts'
import { asPlan } from '../../../domain/plan/plan.ts'
import { isNamed, namedSigners } from '../../../domain/promotion/quorum.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { readSigners } from './read-signers.ts'
import { readVotes } from './read-votes.ts'
import { signedFor } from './signed-for.ts'
import { signingAuthority } from './signing-authority.ts'

/** Somebody who can sign the step that waits, now. */
export interface EligibleSigner {
  readonly person: PersonId
  readonly name: string
  /** Whom they stand in for; nobody where they are named themselves. */
  readonly standsInFor: readonly PersonId[]
}

async function readWaitingStep(transaction: Transaction, asked: typeof promotionTable.$inferSelect) {
  const [row] = await transaction
    .select({ step: promotionStep, revision: promotionRevision })
    .from(promotionStep)
    .innerJoin(
      promotionRevision,
      and(
        eq(promotionRevision.organization, promotionStep.organization),
        eq(promotionRevision.promotion, promotionStep.promotion),
        eq(promotionRevision.revision, promotionStep.revision),
      ),
    )
    .where(
      and(
        eq(promotionStep.organization, transaction.organization),
        eq(promotionStep.promotion, asked.id),
        eq(promotionStep.revision, asked.revision),
        eq(promotionStep.position, asked.step),
      ),
    )
  return row
}

async function readNames(transaction: Transaction): Promise<ReadonlyMap<PersonId, string>> {
  const rows = await transaction
    .select({ id: personTable.id, name: personTable.name })
    .from(personTable)
    .where(eq(personTable.organization, transaction.organization))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Everybody who can sign the step that waits, and nobody who cannot; empty where no step waits. */
export async function eligibleSigners(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
): Promise<readonly EligibleSigner[]> {
  const waiting = asked.step === 0 ? undefined : await readWaitingStep(transaction, asked)
  // A step of another system names nobody, which elsewhere means everybody.
  if (waiting === undefined || waiting.step.kind === 'external') return []
  const { step, revision } = waiting
  const several = asPlan(parseStrict(revision.plan)).severalSteps
  const votes = await readVotes(transaction, asked)
  const contributors = new Set<PersonId>(revision.contributors)
  const excluded = new Set([...contributors, ...votes.map(({ person }) => person)])
  const named = namedSigners(step, asked.escalatedTo)
  const names = await readNames(transaction)
  const signers = await readSigners(transaction, asked.destinationEnvironment)
  const inTheStep = new Set(votes.filter((one) => one.step === asked.step).map(({ person }) => person))
  const represented = await signedFor(transaction, {
    step,
    escalatedTo: asked.escalatedTo,
    signers: signers.filter(({ person }) => inTheStep.has(person)),
    contributors,
  })
  const eligible: EligibleSigner[] = []
  for (const signer of signers) {
    const { person, groups } = signer
    const voted = votes.some((one) => one.person === person && (!several || one.step === asked.step))
    if (contributors.has(person) || voted || represented.has(person)) continue
    const name = names.get(person) ?? ''
    if (isNamed(named, person, groups)) {
      eligible.push({ person, name, standsInFor: [] })
      continue
    }
    const authority = await signingAuthority(transaction, signer, excluded)
    if (isNamed(named, person, authority.groups, authority.standsInFor)) {
      eligible.push({ person, name, standsInFor: authority.standsInFor })
    }
  }
  return eligible
}
