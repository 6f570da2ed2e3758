import { and, desc, eq, or, type SQL, sql } from 'drizzle-orm'
import { delegation as delegationTable } from '../../db/control/delegation.ts'
import { erasableText } from '../../db/log/erasable-text.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type DelegationId, type Instant, instant, type PersonId } from '../../domain/identifiers.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { Standing } from '../../domain/rights/standing.ts'
import type { PageAsked } from '../page-asked.ts'
import type { PagePlace } from '../people/read-people.ts'

/** That one person stands in for another, from `startsAt` until `endsAt` or until it was ended. */
export interface DelegationView {
  readonly id: DelegationId
  readonly delegator: PersonId
  readonly to: PersonId
  readonly startsAt: Instant
  readonly endsAt: Instant
  /** Null once erased. */
  readonly reason: string | null
  readonly createdAt: Instant
  readonly revokedAt: Instant | null
}

/** Whose delegations one looks at: those that a person gave or received, or everybody's. */
export type DelegationReader = PersonId | 'everybody'

/** What somebody with this standing sees of their organization's delegations, with a key of it. */
export function delegationReader(standing: Standing): DelegationReader {
  return mayDo('delegation.oversee', standing, { through: 'organization' }) ? 'everybody' : standing.person
}

const createdAt = sql`date_trunc('milliseconds', ${delegationTable.createdAt})`

async function select(
  transaction: Transaction,
  reader: DelegationReader,
  condition: SQL | undefined,
  limit: number,
): Promise<readonly DelegationView[]> {
  const own =
    reader === 'everybody'
      ? undefined
      : or(eq(delegationTable.delegator, reader), eq(delegationTable.standIn, reader))
  const rows = await transaction
    .select({ given: delegationTable, reason: erasableText.text })
    .from(delegationTable)
    .innerJoin(
      erasableText,
      and(
        eq(erasableText.organization, delegationTable.organization),
        eq(erasableText.id, delegationTable.reasonText),
      ),
    )
    .where(and(eq(delegationTable.organization, transaction.organization), own, condition))
    .orderBy(desc(createdAt), desc(delegationTable.id))
    .limit(limit)
  return rows.map(({ given, reason }) => ({
    id: given.id,
    delegator: given.delegator,
    to: given.standIn,
    startsAt: instant(given.startsAt),
    endsAt: instant(given.endsAt),
    reason,
    createdAt: instant(given.createdAt),
    revokedAt: given.revokedAt && instant(given.revokedAt),
  }))
}

/** Delegations as a reader sees them, newest first. */
export async function readDelegations(
  transaction: Transaction,
  reader: DelegationReader,
  { after, limit }: PageAsked<PagePlace>,
): Promise<readonly DelegationView[]> {
  const rest =
    after && sql`(${createdAt}, ${delegationTable.id}) < (${after.instant}::timestamptz, ${after.id}::uuid)`
  return select(transaction, reader, rest, limit)
}

/** One of the delegations that a reader sees; undefined for any other. */
export async function readDelegation(
  transaction: Transaction,
  reader: DelegationReader,
  id: string,
): Promise<DelegationView | undefined> {
  const [found] = await select(transaction, reader, sql`${delegationTable.id} = ${id}::uuid`, 1)
  return found
}
