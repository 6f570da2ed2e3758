import { v7 as uuidv7 } from 'uuid'
import { discard as discardTable } from '../../db/environment/discard.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { AuthorizedBundle } from '../../services/asset-store.ts'
import { appendEntries, type EntryDraft } from '../../services/audit/append-entries.ts'
import { cited, firstItem, throughWorkflow } from './entries.ts'
import { raiseFences } from './statements/fences.ts'
import { findLanding } from './statements/find-landing.ts'
import { oneAtATime } from './statements/one-at-a-time.ts'
import { type TakenBack, takeBack } from './statements/take-back.ts'

/**
 * Takes a revision's landing back, or, where nothing landed, makes sure that nothing ever will. Once done, doing it
 * again writes nothing. Active pointers are never touched.
 *
 * A discard is the end of its revision, so it cannot come too late: a higher fence than its own says only that a newer
 * act came to an asset. Such a fence stays, and an asset on which a newer act rests is left to that act; refusing
 * instead would leave a failed promotion's versions counting as the newest, with nobody told.
 */
export async function discard(pool: StorePool, bundle: AuthorizedBundle): Promise<void> {
  const { organization, promotion, revision } = bundle
  const first = firstItem(bundle)
  await withOrganization(pool, organization, async (transaction) => {
    await oneAtATime(transaction, promotion)
    const { discarded, items } = await findLanding(transaction, promotion, revision)
    if (discarded) return
    await raiseFences(transaction, bundle.items)
    const drafts =
      items.length === 0
        ? [nothingLandedEntry(bundle)]
        : (await takeBack(transaction, items, first.person)).map((one) => takenBackEntry(bundle, one))
    const [entry] = drafts.map(({ id }) => id)
    if (entry === undefined) throw new Error('a discard has no entry')
    await insertRows(transaction, discardTable, [{ organization, promotion, revision, entry }])
    await appendEntries(transaction, drafts)
  })
}

type IdentifiedDraft = EntryDraft & { readonly id: string }

function nothingLandedEntry(bundle: AuthorizedBundle): IdentifiedDraft {
  const { promotion, revision, grant } = bundle
  const { environment, person } = firstItem(bundle)
  return {
    id: uuidv7(),
    type: 'asset.discarded',
    subject: `promotion/${promotion}`,
    actor: throughWorkflow(person),
    environment,
    promotion,
    details: { revision, landed: false, authorization: cited(grant) },
  }
}

// The facts are how the asset stands now, taken back or left: an index that follows the log copies them.
function takenBackEntry(bundle: AuthorizedBundle, { landed, asset, takenBack }: TakenBack): IdentifiedDraft {
  const { promotion, revision, grant } = bundle
  const { position, version } = landed
  const fence = bundle.items.find((item) => item.position === position)?.fence ?? null
  return {
    id: uuidv7(),
    type: 'asset.discarded',
    subject: `asset/${landed.asset}`,
    actor: throughWorkflow(firstItem(bundle).person),
    environment: asset.environment,
    asset: landed.asset,
    promotion,
    facts: {
      assetType: asset.type,
      version: asset.version,
      ...(asset.digest === null ? {} : { digest: asset.digest }),
    },
    details: { revision, position, landed: true, version, takenBack, fence, authorization: cited(grant) },
  }
}
