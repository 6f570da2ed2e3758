import { type SQL, sql } from 'drizzle-orm'
import { promotion as promotionTable } from '../../../db/control/promotion.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Standing } from '../../../domain/rights/standing.ts'
import { standInsOf } from '../../people/stand-ins.ts'

function unvoted(person: SQL, counting: SQL = sql`true`): SQL {
  return sql`not exists (select from decision
    where decision.organization = step.organization and decision.promotion = step.promotion
      and decision.revision = step.revision and decision.person = ${person} and decision.withdrawn_at is null
      and ${counting})`
}

const once = sql`(decision.step = step.position
  or not coalesce((convert_from(planned.plan, 'UTF8')::jsonb ->> 'severalSteps')::boolean, false))`

function names(person: SQL, groups: SQL): SQL {
  return sql`(step.groups && ${groups} or ${person} = any (step.people)
    or ${promotionTable.escalatedTo} = any (${groups}))`
}

/**
 * That a promotion waits for somebody's signature: its open step names them, one of their groups, or somebody they stand
 * in for, and they neither contributed to it nor have decided on it. A stand-in replaces nobody who did either, as
 * `signingAuthority` has it. Locks the delegations that this rests on.
 */
export async function awaiting(
  transaction: Transaction,
  { person, groups }: Pick<Standing, 'person' | 'groups'>,
): Promise<SQL> {
  const given = (await standInsOf(transaction, person)).filter(({ active }) => active)
  const own = sql`${person}::uuid`
  const held = sql`${sql.param([...groups])}::text[]`
  return sql`(${promotionTable.state} in ('in_review', 'awaiting_approval') and exists (
    select from promotion_step as step
    join promotion_revision as planned on planned.organization = step.organization
      and planned.promotion = step.promotion and planned.revision = step.revision
    where step.organization = ${transaction.organization} and step.promotion = ${promotionTable.id}
      and step.revision = ${promotionTable.revision} and step.position = ${promotionTable.step}
      and step.kind <> 'external'
      and ${own} <> all (planned.contributors)
      and (cardinality(step.groups) = 0 and cardinality(step.people) = 0 or ${names(own, held)}
        or exists (select from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(delegator uuid, groups text[])
          where given.delegator <> all (planned.contributors) and ${names(sql`given.delegator`, sql`given.groups`)}
            and ${unvoted(sql`given.delegator`)}))
      and ${unvoted(own, once)}))`
}
