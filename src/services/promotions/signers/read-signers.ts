import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { EnvironmentId, PersonId } from '../../../domain/identifiers.ts'

/** Somebody who could sign in an environment as far as roles go: active, human, with any role there. */
export interface Signer {
  readonly person: PersonId
  readonly groups: readonly string[]
}

/** Everybody who could sign in an environment now, by id. Nothing is locked: who signs is judged anew at that moment. */
export async function readSigners(
  transaction: Transaction,
  environment: EnvironmentId,
): Promise<readonly Signer[]> {
  const { rows } = await transaction.execute<{ person: PersonId; groups: string[] }>(sql`
    select person.id as person, coalesce(array_agg(member.approver_group order by member.approver_group)
      filter (where member.approver_group is not null), '{}') as groups
    from person
    join environment_member as role on role.organization = person.organization and role.actor = person.id
      and role.environment = ${environment}
    left join approver_group_member as member on member.organization = person.organization
      and member.person = person.id
    where person.organization = ${transaction.organization} and person.active
    group by person.id order by person.id`)
  return rows
}
