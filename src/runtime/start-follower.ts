import type { OrganizationId } from '../domain/identifiers.ts'
import { findGrownLogs } from '../services/followers/find-grown-logs.ts'
import { type FollowerStores, followLog } from '../services/followers/follow-log.ts'
import { type RepeatOptions, type Repetition, repeat } from './repeat.ts'

// Transactions may commit out of the order of their times; this much is looked at again.
const overlapMilliseconds = 30_000

/** Keeps bringing an environment's logs into control's index. */
export function startFollower(stores: FollowerStores, options: RepeatOptions): Repetition {
  const followed = new Map<OrganizationId, number>()
  let since = new Date(0)
  return repeat(async () => {
    const grown = await findGrownLogs(stores.store, since)
    for (const { organization, size } of grown) {
      if (followed.get(organization) === size) continue
      await followLog(stores, organization)
      followed.set(organization, size)
    }
    const newest = Math.max(since.getTime(), ...grown.map(({ time }) => time.getTime()))
    since = new Date(Math.max(0, newest - overlapMilliseconds))
  }, options)
}
