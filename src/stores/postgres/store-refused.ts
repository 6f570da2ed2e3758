import type { StorePool } from '../../db/pool.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'
import type { StoreRefusal } from '../../services/asset-store.ts'
import { appendEntries, type LoggedEntry } from '../../services/audit/append-entries.ts'

/** Thrown inside an act's transaction, so that everything the act has written goes with it, raised fences too. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused'
  readonly code: StoreRefusal

  constructor(code: StoreRefusal) {
    super(`production refused the act: ${code}`)
    this.code = code
  }
}

/** What the log says of a refusal besides its code. */
export type RefusedAct = Pick<
  LoggedEntry,
  'subject' | 'actor' | 'environment' | 'asset' | 'promotion' | 'details'
>

export interface RefusedAnswer {
  readonly kind: 'refused'
  readonly code: StoreRefusal
}

/**
 * Runs an act in one transaction. A `StoreRefused` from it becomes the answer, after the roll-back, with one entry in
 * the store's log written by a transaction of its own. Throws whatever else the act throws.
 */
export async function unlessRefused<Answer>(
  pool: StorePool,
  organization: OrganizationId,
  act: RefusedAct,
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<Answer | RefusedAnswer> {
  try {
    return await withOrganization(pool, organization, work)
  } catch (error) {
    if (!(error instanceof StoreRefused)) throw error
    const { code } = error
    const details = { ...act.details, code }
    await withOrganization(pool, organization, (transaction) =>
      appendEntries(transaction, [{ ...act, type: 'landing.refused', outcome: 'refused', details }]),
    )
    return { kind: 'refused', code }
  }
}
