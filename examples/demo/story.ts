import type { StoreAddress } from '../../src/db/stores.ts'
import type { Opening } from './cast.ts'
import { keepContentClean } from './chapters/clean-content.ts'
import { promoteFirst } from './chapters/first-promotion.ts'
import { lookBack, restoreInStaging } from './chapters/history.ts'
import { checkLogs, readLogs } from './chapters/logs.ts'
import { prepare } from './chapters/prepare.ts'
import { tellReferences } from './chapters/references.ts'
import { goBack } from './chapters/rollback.ts'
import { promoteAgain } from './chapters/second-promotion.ts'
import { supplySecrets } from './chapters/secrets.ts'
import { tellTimeline } from './chapters/timeline.ts'
import { carryToDevelopment } from './chapters/transfer.ts'
import { askForValidation } from './chapters/validation.ts'
import { promoteWebhook } from './chapters/webhook-promotion.ts'
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
  await keepContentClean(setting)
  await tellReferences(setting)
  await supplySecrets(setting)
  await askForValidation(setting)
  const plan = await promoteFirst(setting)
  const between = new Date().toISOString()
  await promoteAgain(setting, plan)
  await promoteWebhook(setting)
  await tellTimeline(setting, plan.promotion)
  await lookBack(setting, between)
  await restoreInStaging(setting)
  await carryToDevelopment(setting)
  await goBack(setting, plan)
  narrative.chapter("Every log's head, recomputed from its entries")
  const logs = await readLogs(address, opening.organization)
  await checkLogs(ask, opening.ownerKey, logs, narrative)
  const stores = logs.map(({ store }) => store).sort()
  narrative.check(
    'control and all three environments have each logged their part',
    stores.join() === 'control,development,production,staging',
  )
}
