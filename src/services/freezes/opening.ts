import { and, eq, gt, isNull, or } from 'drizzle-orm'
import { openingAt } from '../../calendar/opening-at.ts'
import { environmentFreeze } from '../../db/control/environment-freeze.ts'
import { organizationFreeze } from '../../db/control/organization-freeze.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type EnvironmentId, type Instant, instant } from '../../domain/identifiers.ts'
import type { Freeze, Opening } from '../../domain/policy/opening.ts'
import type { Window } from '../../domain/policy/window.ts'
import { timesOf } from './read-freezes.ts'

async function freezesFrom(
  transaction: Transaction,
  environment: EnvironmentId,
  at: Instant,
): Promise<readonly Freeze[]> {
  const { organization } = transaction
  const readSwitches = transaction
    .select({ since: organizationFreeze.createdAt })
    .from(organizationFreeze)
    .where(and(eq(organizationFreeze.organization, organization), isNull(organizationFreeze.liftedAt)))
  const readFreezes = transaction
    .select()
    .from(environmentFreeze)
    .where(
      and(
        eq(environmentFreeze.organization, organization),
        eq(environmentFreeze.environment, environment),
        isNull(environmentFreeze.liftedAt),
        or(isNull(environmentFreeze.endsAt), gt(environmentFreeze.endsAt, new Date(at))),
      ),
    )
    .orderBy(environmentFreeze.id)
  const [switches, rows] = await Promise.all([readSwitches, readFreezes])
  return [
    ...switches.map(({ since }): Freeze => ({ kind: 'organization-freeze', since: instant(since) })),
    ...rows.map((row): Freeze => ({ kind: 'freeze', id: row.id, name: row.name, ...timesOf(row) })),
  ]
}

/**
 * Whether promotions into an environment may land at an instant, why not, and when that changes: by a policy's windows,
 * and by the freezes that are set now.
 */
export async function readOpening(
  transaction: Transaction,
  environment: EnvironmentId,
  windows: readonly Window[],
  at: Instant,
): Promise<Opening> {
  return openingAt(windows, await freezesFrom(transaction, environment, at), at)
}
