import { and, count, eq, isNotNull, isNull } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { environmentFreeze } from '../../db/control/environment-freeze.ts'
import { databaseClock } from '../../db/database-clock.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type EnvironmentId, type FreezeId, type Instant, identifier } from '../../domain/identifiers.ts'
import type { RecurringTimes } from '../../domain/policy/window.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveTexts } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { wakeScheduled } from '../promotions/wake-scheduled.ts'
import { Refused } from '../refused.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { type FreezeView, readFreeze, timesOf } from './read-freezes.ts'
import { requireFreezer } from './require-freezer.ts'

export interface SetFreeze extends RepeatableRequest {
  readonly environment: EnvironmentId
  readonly name: string | null
  readonly reason: string
  /** What is given once begins at once where it does not say when, and lasts until it is lifted where it says no end. */
  readonly times: RecurringTimes | { readonly startsAt: Instant | null; readonly endsAt: Instant | null }
}

// Each of them is worked out whenever somebody asks what is open.
const mostRecurring = 20

async function columnsOf(transaction: Transaction, times: SetFreeze['times']) {
  if ('recurrence' in times) return { startsAt: null, endsAt: null, ...times }
  const now = await databaseClock(transaction)
  const endsAt = times.endsAt === null ? null : new Date(times.endsAt)
  if (endsAt !== null && endsAt.getTime() <= now) {
    const errors = [{ pointer: '/endsAt', message: 'is over already' }]
    throw new Refused('invalid-body', 'A freeze ends in the future, or has no end.', errors)
  }
  const startsAt = new Date(times.startsAt ?? now)
  return { startsAt, endsAt, recurrence: null, zone: null, duration: null }
}

async function refuseTooMany(transaction: Transaction, environment: EnvironmentId): Promise<void> {
  const [recurring] = await transaction
    .select({ total: count() })
    .from(environmentFreeze)
    .where(
      and(
        eq(environmentFreeze.organization, transaction.organization),
        eq(environmentFreeze.environment, environment),
        isNull(environmentFreeze.liftedAt),
        isNotNull(environmentFreeze.recurrence),
      ),
    )
  if ((recurring?.total ?? 0) < mostRecurring) return
  const errors = [{ pointer: '/recurrence', message: `is one more than ${mostRecurring}` }]
  throw new Refused(
    'invalid-body',
    'The environment has as many recurring freezes as it may. Lift one.',
    errors,
  )
}

/**
 * Freezes an environment, once or again and again: nothing is authorized to land there meanwhile.
 *
 * @throws Refused `not-found` or `forbidden` unless an owner or admin asks, or a member of a group that the policy
 *   names for it, `invalid-body` for what is over or one too many, `literal-secret` or `patient-data` for a name or reason
 *   that holds some.
 */
export async function setFreeze(
  context: ServiceContext,
  { environment, name, reason, times, ...repeatable }: SetFreeze,
): Promise<{ readonly freeze: FreezeView; readonly replayed: boolean }> {
  const { caller, stores } = context
  const { organization } = caller
  await withOrganization(stores.control, organization, (transaction) =>
    requireFreezer(transaction, caller, environment),
  )
  await refuseConfidential([
    { pointer: '/reason', value: reason },
    { pointer: '/name', value: name ?? undefined },
  ])
  const set = await withOrganization(stores.control, organization, async (transaction) => {
    // Policies and groups change under this lock: what lets somebody freeze still does when the freeze is in force.
    await lockOrganization(transaction)
    await requireFreezer(transaction, caller, environment)
    const id = identifier<FreezeId>(uuidv7())
    const claim = { ...repeatable, actor: caller.actor, operation: 'setFreeze', resource: id }
    const claimed = await claimKey(transaction, claim)
    if (claimed.kind === 'replay') {
      const first = await readFreeze(transaction, environment, identifier(claimed.resource))
      if (first === undefined) throw notFound()
      return { freeze: first, replayed: true }
    }
    if ('recurrence' in times) await refuseTooMany(transaction, environment)
    const columns = await columnsOf(transaction, times)
    const [reasonText, nameText] = await saveTexts(transaction, [reason, ...(name === null ? [] : [name])])
    if (reasonText === undefined) throw new RangeError('a reason was not stored')
    const row = { organization, id, environment, name, reasonText: reasonText.text, ...columns }
    await insertRows(transaction, environmentFreeze, [{ ...row, createdBy: caller.person }])
    const freeze = await readFreeze(transaction, environment, id)
    if (freeze === undefined) throw notFound()
    await appendEntries(transaction, [
      {
        type: 'freeze.set',
        subject: `freeze/${id}`,
        actor: entryActor(caller),
        environment,
        details: { before: null, after: { ...timesOf(columns), name: nameText ?? null, reasonText } },
      },
    ])
    return { freeze, replayed: false }
  })
  await wakeScheduled(context, environment)
  return set
}
