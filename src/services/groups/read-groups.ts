import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { approverGroup } from '../../db/control/approver-group.ts'
import { approverGroupMember } from '../../db/control/approver-group-member.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { PageAsked } from '../page-asked.ts'

export interface GroupView {
  readonly name: string
  /** Sorted, each once. */
  readonly members: readonly PersonId[]
}

// The order of bytes, which no locale of a database changes.
const byName = sql`${approverGroup.name} collate "C"`

async function select(
  transaction: Transaction,
  condition: SQL | undefined,
  limit: number,
): Promise<readonly GroupView[]> {
  const { organization } = transaction
  const groups = transaction
    .select({ name: approverGroup.name })
    .from(approverGroup)
    .where(and(eq(approverGroup.organization, organization), condition))
    .orderBy(asc(byName))
    .limit(limit)
    .as('groups')
  const rows = await transaction
    .select({ name: groups.name, person: approverGroupMember.person })
    .from(groups)
    .leftJoin(
      approverGroupMember,
      and(
        eq(approverGroupMember.organization, organization),
        eq(approverGroupMember.approverGroup, groups.name),
      ),
    )
    .orderBy(asc(sql`${groups.name} collate "C"`), asc(approverGroupMember.person))
  return [...Map.groupBy(rows, ({ name }) => name)].map(([name, ofGroup]) => ({
    name,
    members: ofGroup.flatMap(({ person }) => (person === null ? [] : [person])),
  }))
}

/** Groups of the organization with their members, by name. */
export async function readGroups(
  transaction: Transaction,
  { after, limit }: PageAsked<string>,
): Promise<readonly GroupView[]> {
  return select(transaction, after === undefined ? undefined : sql`${byName} > ${after}`, limit)
}

/** One group with its members; undefined when the organization has none of that name. */
export async function readGroup(transaction: Transaction, name: string): Promise<GroupView | undefined> {
  const [found] = await select(transaction, eq(approverGroup.name, name), 1)
  return found
}
