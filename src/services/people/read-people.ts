import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { actor as actorTable } from '../../db/control/actor.ts'
import { person as personTable } from '../../db/control/person.ts'
import { serviceAccount } from '../../db/control/service-account.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type ActorId, type Instant, instant, type PersonId } from '../../domain/identifiers.ts'

/** A human, or a service account with the human it acts for. */
export interface PersonView {
  readonly id: ActorId
  readonly kind: 'human' | 'service'
  readonly name: string
  readonly email: string | null
  readonly owner: PersonId | null
  readonly active: boolean
  readonly createdAt: Instant
}

/** Where a list goes on: after this row, newest first. */
export interface PagePlace {
  readonly instant: Instant
  readonly id: string
}

const createdAt = sql<Date>`date_trunc('milliseconds', coalesce(${personTable.createdAt}, ${serviceAccount.createdAt}))`

async function select(transaction: Transaction, condition: SQL | undefined, limit: number) {
  const rows = await transaction
    .select({ actor: actorTable, person: personTable, account: serviceAccount })
    .from(actorTable)
    .leftJoin(
      personTable,
      and(eq(personTable.organization, actorTable.organization), eq(personTable.id, actorTable.id)),
    )
    .leftJoin(
      serviceAccount,
      and(eq(serviceAccount.organization, actorTable.organization), eq(serviceAccount.id, actorTable.id)),
    )
    .where(and(eq(actorTable.organization, transaction.organization), condition))
    .orderBy(desc(createdAt), desc(actorTable.id))
    .limit(limit)
  return rows.flatMap(({ actor: { id, kind }, person, account }): PersonView[] => {
    const either = person ?? account
    if (either === null) return []
    const { name, active } = either
    const email = person?.email ?? null
    return [
      { id, kind, name, email, owner: account?.owner ?? null, active, createdAt: instant(either.createdAt) },
    ]
  })
}

/** Humans and service accounts, newest first, at most `limit`. */
export async function readPeople(
  transaction: Transaction,
  after: PagePlace | undefined,
  limit: number,
): Promise<readonly PersonView[]> {
  const rest =
    after && sql`(${createdAt}, ${actorTable.id}) < (${after.instant}::timestamptz, ${after.id}::uuid)`
  return select(transaction, rest, limit)
}

/** One human or service account; undefined when the organization has none of that id. */
export async function readPerson(transaction: Transaction, id: string): Promise<PersonView | undefined> {
  const [found] = await select(transaction, sql`${actorTable.id} = ${id}::uuid`, 1)
  return found
}
