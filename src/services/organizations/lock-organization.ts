import { eq, sql } from 'drizzle-orm'
import { organization as organizationTable } from '../../db/control/organization.ts'
import type { Transaction } from '../../db/transaction.ts'
import { violatedConstraint } from '../../db/violated-constraint.ts'
import { Refused } from '../refused.ts'

/**
 * Puts changes of an organization's roles, groups and policies in a row, before anything else is locked: of two owners
 * who remove each other one waits for the other, instead of both waiting.
 */
export async function lockOrganization(transaction: Transaction): Promise<void> {
  await transaction
    .select({ organization: organizationTable.organization })
    .from(organizationTable)
    .where(eq(organizationTable.organization, transaction.organization))
    .for('no key update')
}

/**
 * Has the deferred constraints checked now, before the entries are appended.
 *
 * @throws Refused `last-owner` when no active owner would be left.
 */
export async function keepAnOwner(transaction: Transaction): Promise<void> {
  try {
    await transaction.execute(sql`set constraints all immediate`)
  } catch (error) {
    if (violatedConstraint(error) !== 'organization_keeps_an_owner') throw error
    throw new Refused(
      'last-owner',
      'An organization keeps at least one active owner. Make somebody else an owner first.',
    )
  }
}
