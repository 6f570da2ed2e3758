import { scheduler } from 'node:timers/promises'
import type { StorePool } from '../../../db/pool.ts'
import { withOrganization } from '../../../db/transaction.ts'
import type { ServiceContext } from '../../context.ts'
import { Refused } from '../../refused.ts'
import { type OpenEnvironment, openEnvironment, storeOfDoor } from '../rules/open-environment.ts'
import { type AcceptedAsset, acceptFile } from './accept-file.ts'
import { orderFile, typeFile } from './check-file.ts'
import type { Import } from './import-assets.ts'
import { matchFile, readBefore } from './match-file.ts'
import { refuseProductionFile } from './refuse-production-file.ts'

/** A file whose contents were judged, each asset after all it refers to, and the store that it goes to. */
export interface JudgedFile {
  readonly store: StorePool
  readonly accepted: readonly AcceptedAsset[]
}

const atOnce = 50

/** Everything else that the process has to do gets its turns in between. */
function breathing(): () => Promise<void> {
  let count = 0
  return async () => {
    count += 1
    if (count % atOnce === 0) await scheduler.yield()
  }
}

/** Throws Refused `promotion-only` in production, into which nothing is imported. */
export function refuseIntoProduction({ kind }: Pick<OpenEnvironment, 'kind'>): void {
  if (kind !== 'production') return
  throw new Refused(
    'promotion-only',
    'Nothing is imported into production. Import into staging and promote it.',
  )
}

/**
 * Judges every content of a file as one that is written by hand, against what stands here now. That takes seconds for
 * thousands, so nothing is held meanwhile: whoever writes it looks again at what may have changed.
 *
 * @throws Refused as `importAssets` does, but for what only the whole shows.
 */
export async function judgeFile(context: ServiceContext, { environment, file }: Import): Promise<JudgedFile> {
  const { matched, before } = await openEnvironment(context, environment, async (opened) => {
    refuseIntoProduction(opened)
    await refuseProductionFile(context, opened.control, file)
    const assets = orderFile(await typeFile(opened, file.assets, 'read'))
    return withOrganization(opened.store, context.caller.organization, async (transaction) => {
      const ofFile = await matchFile(transaction, environment, assets, 'read')
      return { matched: ofFile, before: await readBefore(transaction, ofFile) }
    })
  })
  return { store: storeOfDoor(context), accepted: await acceptFile(matched, before, breathing()) }
}
