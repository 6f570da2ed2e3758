import { and, asc, eq } from 'drizzle-orm'
import { approverGroup } from '../../db/control/approver-group.ts'
import { approverGroupMember } from '../../db/control/approver-group-member.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'

export interface GroupView {
  readonly name: string
  /** Sorted, each once. */
  readonly members: readonly PersonId[]
}

/** The groups of an organization by name, or the one that is asked for. */
export async function readGroups(transaction: Transaction, name?: string): Promise<readonly GroupView[]> {
  const { organization } = transaction
  const rows = await transaction
    .select({ name: approverGroup.name, person: approverGroupMember.person })
    .from(approverGroup)
    .leftJoin(
      approverGroupMember,
      and(
        eq(approverGroupMember.organization, approverGroup.organization),
        eq(approverGroupMember.approverGroup, approverGroup.name),
      ),
    )
    .where(
      and(
        eq(approverGroup.organization, organization),
        name === undefined ? undefined : eq(approverGroup.name, name),
      ),
    )
    .orderBy(asc(approverGroup.name), asc(approverGroupMember.person))
  const byName = Map.groupBy(rows, (row) => row.name)
  return [...byName].map(([group, ofGroup]) => ({
    name: group,
    members: ofGroup.flatMap(({ person }) => (person === null ? [] : [person])),
  }))
}
