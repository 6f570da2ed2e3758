import { type SQL, sql } from 'drizzle-orm'
import { promotion as promotionTable } from '../../../db/control/promotion.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { PersonId } from '../../../domain/identifiers.ts'
import type { SigningAuthority } from './signing-authority.ts'

function textList(texts: readonly string[]): SQL {
  return sql`${sql.param([...texts])}::text[]`
}

/**
 * That a promotion waits for somebody's signature: its open step names them, one of their groups, or somebody they stand
 * in for, and they neither contributed to it nor have decided on it.
 */
export function awaits(
  { organization }: Pick<Transaction, 'organization'>,
  person: PersonId,
  { groups, standsInFor }: SigningAuthority,
): SQL {
  const people = sql`${sql.param([person, ...standsInFor])}::uuid[]`
  return sql`(${promotionTable.state} in ('in_review', 'awaiting_approval') and exists (
    select from promotion_step as step
    join promotion_revision as planned on planned.organization = step.organization
      and planned.promotion = step.promotion and planned.revision = step.revision
    where step.organization = ${organization} and step.promotion = ${promotionTable.id}
      and step.revision = ${promotionTable.revision} and step.position = ${promotionTable.step}
      and ${person}::uuid <> all (planned.contributors)
      and (cardinality(step.groups) = 0 and cardinality(step.people) = 0
        or step.groups && ${textList(groups)} or step.people && ${people}
        or ${promotionTable.escalatedTo} = any (${textList(groups)}))
      and not exists (select from decision where decision.organization = step.organization
        and decision.promotion = step.promotion and decision.revision = step.revision
        and decision.person = ${person} and decision.withdrawn_at is null
        and (decision.step = step.position or not coalesce(
          (convert_from(planned.plan, 'UTF8')::jsonb ->> 'severalSteps')::boolean, false)))))`
}
