import { and, desc, eq, lt } from 'drizzle-orm'
import { environmentFreeze } from '../../db/control/environment-freeze.ts'
import { erasableText } from '../../db/log/erasable-text.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type EnvironmentId,
  type FreezeId,
  type Instant,
  instant,
  type PersonId,
} from '../../domain/identifiers.ts'
import type { Times } from '../../domain/policy/window.ts'

/** A freeze of an environment: of `startsAt` and `recurrence` it has the one that it goes by. */
export interface FreezeView {
  readonly id: FreezeId
  readonly environment: EnvironmentId
  readonly name: string | null
  /** Null once erased. */
  readonly reason: string | null
  readonly startsAt: Instant | null
  readonly endsAt: Instant | null
  readonly recurrence: string | null
  readonly zone: string | null
  readonly duration: string | null
  readonly createdBy: PersonId
  readonly createdAt: Instant
  readonly liftedBy: PersonId | null
  readonly liftedAt: Instant | null
}

const instantOrNull = (date: Date | null) => (date === null ? null : instant(date))

/** When a stored freeze is. The table holds either way of it whole. */
export function timesOf({
  startsAt,
  endsAt,
  recurrence,
  zone,
  duration,
}: Pick<
  typeof environmentFreeze.$inferSelect,
  'startsAt' | 'endsAt' | 'recurrence' | 'zone' | 'duration'
>): Times {
  if (startsAt !== null) return { startsAt: instant(startsAt), endsAt: instantOrNull(endsAt) }
  if (recurrence !== null && zone !== null && duration !== null) return { recurrence, zone, duration }
  throw new TypeError('a freeze is once, or recurs')
}

async function read(
  transaction: Transaction,
  environment: EnvironmentId,
  {
    id,
    after,
    limit,
  }: { readonly id?: FreezeId; readonly after?: FreezeId | undefined; readonly limit: number },
): Promise<readonly FreezeView[]> {
  const { organization } = transaction
  const rows = await transaction
    .select({ row: environmentFreeze, reason: erasableText.text })
    .from(environmentFreeze)
    .innerJoin(
      erasableText,
      and(eq(erasableText.organization, organization), eq(erasableText.id, environmentFreeze.reasonText)),
    )
    .where(
      and(
        eq(environmentFreeze.organization, organization),
        eq(environmentFreeze.environment, environment),
        id && eq(environmentFreeze.id, id),
        after && lt(environmentFreeze.id, after),
      ),
    )
    .orderBy(desc(environmentFreeze.id))
    .limit(limit)
  return rows.map(({ row, reason }) => {
    const { organization: _organization, reasonText: _reasonText, ...shown } = row
    return {
      ...shown,
      reason,
      startsAt: instantOrNull(row.startsAt),
      endsAt: instantOrNull(row.endsAt),
      createdAt: instant(row.createdAt),
      liftedAt: instantOrNull(row.liftedAt),
    }
  })
}

/** Every freeze that an environment has or had, newest first. */
export async function readFreezes(
  transaction: Transaction,
  environment: EnvironmentId,
  page: { readonly after?: FreezeId | undefined; readonly limit: number },
): Promise<readonly FreezeView[]> {
  return read(transaction, environment, page)
}

/** One freeze of an environment; undefined where it has none of this id. */
export async function readFreeze(
  transaction: Transaction,
  environment: EnvironmentId,
  id: FreezeId,
): Promise<FreezeView | undefined> {
  return (await read(transaction, environment, { id, limit: 1 }))[0]
}
