import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { AuthorizedBundle, AuthorizedItem, GrantPlace } from '../../services/asset-store.ts'
import type { EntryActor, NoPerson } from '../../services/audit/append-entries.ts'
import type { RefusedAct } from './store-refused.ts'

/** The person behind an act that the workflow carries out. */
export function throughWorkflow(person: PersonId): EntryActor {
  return { person, via: 'workflow' }
}

/** Who stands behind what is done with a bundle: the signed plan where it rests on that alone, and otherwise a person. */
export function actorOf({ basis }: AuthorizedBundle, person: PersonId): EntryActor | NoPerson {
  return basis === 'plan' ? { via: 'plan' } : throughWorkflow(person)
}

/** How an entry cites the entry of control's log that allowed it. */
export function cited({ origin, index, leafHash }: GrantPlace): JsonObject {
  return { origin, index, leafHash }
}

/**
 * The first item of a bundle, which names its environment and its person.
 *
 * @throws RangeError for a bundle without items.
 */
export function firstItem({ items: [first] }: AuthorizedBundle): AuthorizedItem {
  if (first === undefined) throw new RangeError('a bundle has at least one item')
  return first
}

/** What the log says when a whole bundle is refused. */
export function refusedBundle(
  bundle: AuthorizedBundle,
  purpose: 'land' | 'activate' | 'rollback',
): RefusedAct {
  const { environment, person } = firstItem(bundle)
  const { promotion, revision, grant } = bundle
  return {
    subject: `promotion/${promotion}`,
    actor: actorOf(bundle, person),
    environment,
    promotion,
    details: { purpose, revision, authorization: cited(grant) },
  }
}

/** The name of the transaction's log. Asked for before the append, which is the last statement. */
export async function logOrigin(transaction: Transaction): Promise<string> {
  const { rows } = await transaction.execute<{ origin: string }>(sql`select log_origin() as origin`)
  const [row] = rows
  if (row === undefined) throw new Error('the store has no log')
  return row.origin
}
