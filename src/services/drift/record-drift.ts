import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { type ComparedAsset, judgeDrift, settleDrift } from './settle-drift.ts'

/** How many findings and endings a recording told of for the first time. */
export interface RecordedDrift {
  readonly drifted: number
  readonly inSyncAgain: number
}

/** Records what a sweep found in one organization: drift that is new, and drift that is over. Safe to repeat. */
export async function recordDrift(
  control: StorePool,
  organization: OrganizationId,
  compared: readonly ComparedAsset[],
): Promise<RecordedDrift> {
  return withOrganization(control, organization, async (transaction) => {
    const judged = await judgeDrift(transaction, compared)
    const drafts = await settleDrift(transaction, judged, { end: true })
    const drifted = drafts.filter(({ type }) => type === 'asset.drifted').length
    if (drafts.length > 0) {
      const actor = { via: 'drift-sweep' } as const
      await appendEntries(
        transaction,
        drafts.map((draft) => ({ ...draft, actor })),
      )
    }
    return { drifted, inSyncAgain: drafts.length - drifted }
  })
}
