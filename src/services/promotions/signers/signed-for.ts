import type { Transaction } from '../../../db/transaction.ts'
import type { PersonId } from '../../../domain/identifiers.ts'
import { couldSign, countingGroups } from '../../../domain/promotion/quorum.ts'
import type { PlannedStep } from '../../../domain/promotion/state.ts'
import { standInsOf } from '../../people/stand-ins.ts'
import type { Signer } from './read-signers.ts'
import { authorityOf } from './signing-authority.ts'

interface Signing {
  readonly step: Pick<PlannedStep, 'groups' | 'people' | 'atLeastOneOf'>
  readonly escalatedTo: string | null
  /** Those who signed the step. */
  readonly signers: readonly Signer[]
  readonly contributors: ReadonlySet<PersonId>
}

/**
 * In whose place others have signed a step, by a right that they do not have themselves. Such a person may reject, and
 * approves only once that was taken back: one right is not two votes.
 */
export async function signedFor(
  transaction: Transaction,
  { step, escalatedTo, signers, contributors }: Signing,
): Promise<ReadonlySet<PersonId>> {
  const found = new Set<PersonId>()
  for (const { person, groups } of signers) {
    const standIns = await standInsOf(transaction, person)
    const all = authorityOf(groups, standIns, contributors)
    const counted = countingGroups(step, escalatedTo, all.groups)
    for (const one of all.standsInFor) {
      const without = authorityOf(groups, standIns, new Set([...contributors, one]))
      if (!couldSign(step, escalatedTo, { ...without, person, counted })) found.add(one)
    }
  }
  return found
}
