import type { StoreAddress } from '../../src/db/stores.ts'
import type { Opening } from './cast.ts'
import { promoteFirst } from './chapters/first-promotion.ts'
import { checkLogs, readLogs } from './chapters/logs.ts'
import { prepare } from './chapters/prepare.ts'
import { promoteAgain } from './chapters/second-promotion.ts'
import { tellTimeline } from './chapters/timeline.ts'
import type { Client } from './client.ts'
import type { Narrative } from './narrative.ts'

/** Tells the whole story against a running service. `address` is used for one thing: reading the logs as an auditor. */
export async function tellStory(
  ask: Client,
  opening: Opening,
  address: StoreAddress,
  narrative: Narrative,
): Promise<void> {
  const setting = await prepare(ask, opening, narrative)
  const plan = await promoteFirst(setting)
  await promoteAgain(setting, plan)
  await tellTimeline(setting, plan.promotion)
  narrative.chapter("Every log's head, recomputed from its entries")
  const logs = await readLogs(address, opening.organization)
  await checkLogs(ask, opening.ownerKey, logs, narrative)
  const stores = logs.map(({ store }) => store).sort()
  narrative.check(
    'control, staging and production have each logged their part',
    stores.join() === 'control,production,staging',
  )
}
