import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/transaction.ts'
import type { DelegationId, PersonId } from '../../domain/identifiers.ts'

/** Somebody for whom a person stands in right now, with what they hold by themselves. */
export interface StoodInFor {
  readonly delegation: DelegationId
  readonly delegator: PersonId
  readonly active: boolean
  readonly groups: readonly string[]
}

/**
 * For whom a person stands in now, by the database's clock, one for each delegation in force. Locks the delegations and
 * the rows that the delegators' rights rest on until the transaction ends. What the stand-in holds themselves is asked of
 * `standingOf`.
 */
export async function standInsOf(transaction: Transaction, person: PersonId): Promise<readonly StoodInFor[]> {
  const { rows } = await transaction.execute<{
    delegation: DelegationId
    delegator: PersonId
    active: boolean
    groups: string[]
  }>(sql`select delegation, delegator, active, groups from stood_in_for(${person}::uuid)`)
  return rows.map(({ delegation, delegator, active, groups }) => ({ delegation, delegator, active, groups }))
}
