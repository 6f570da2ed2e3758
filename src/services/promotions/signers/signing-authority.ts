import type { Transaction } from '../../../db/transaction.ts'
import type { PersonId } from '../../../domain/identifiers.ts'
import type { Standing } from '../../../domain/rights/standing.ts'
import { type StoodInFor, standInsOf } from '../../people/stand-ins.ts'

/** In whose name, besides their own, and for which groups somebody may sign a plan. */
export interface SigningAuthority {
  /** Their own and those of the people they stand in for, sorted. */
  readonly groups: readonly string[]
  readonly standsInFor: readonly PersonId[]
}

/**
 * What somebody may sign for right now. A stand-in replaces nobody who contributed, who is not active, or who has decided
 * on the plan themselves: whoever stands in counts once, and nobody counts twice through others. Locks what it rests on.
 */
export async function signingAuthority(
  transaction: Transaction,
  { person, groups }: Pick<Standing, 'person' | 'groups'>,
  excluded: ReadonlySet<PersonId>,
): Promise<SigningAuthority> {
  return authorityOf(groups, await standInsOf(transaction, person), excluded)
}

/** The same where it was read before for whom they stand in. */
export function authorityOf(
  groups: readonly string[],
  standIns: readonly StoodInFor[],
  excluded: ReadonlySet<PersonId>,
): SigningAuthority {
  const stoodInFor = standIns.filter(({ delegator, active }) => active && !excluded.has(delegator))
  return {
    groups: [...new Set([...groups, ...stoodInFor.flatMap((one) => one.groups)])].sort(),
    standsInFor: [...new Set(stoodInFor.map(({ delegator }) => delegator))].sort(),
  }
}
