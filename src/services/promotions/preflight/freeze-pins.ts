import { and, eq, getViewSelectedFields } from 'drizzle-orm'
import { environment as environmentTable } from '../../../db/control/environment.ts'
import { pinnedVersion } from '../../../db/control/pinned-version.ts'
import { promotionSnapshot } from '../../../db/control/promotion-snapshot.ts'
import { content } from '../../../db/every-store/content.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import type { StorePool } from '../../../db/pool.ts'
import { withOrganization } from '../../../db/transaction.ts'
import type { RevisionReference } from '../../../domain/promotion/revision.ts'
import { readPinned } from './read-pinned.ts'

/** Both pools of the source environment's worker: its own store, and control. */
export interface SourceStores {
  readonly control: StorePool
  readonly source: StorePool
}

/**
 * Freezes what a revision pinned: copies the exact bytes from the source store into control, with everybody who edited
 * the asset since its last promotion. From then on the source may change freely. What was erased meanwhile, there or in
 * control, is frozen without bytes, and is for the plan to tell. Safe to repeat.
 */
export async function freezePins(
  { control, source }: SourceStores,
  reference: RevisionReference,
): Promise<void> {
  const { organization, promotion, revision } = reference
  const pins = await withOrganization(control, organization, (transaction) =>
    transaction
      .select(getViewSelectedFields(pinnedVersion))
      .from(pinnedVersion)
      .innerJoin(
        environmentTable,
        and(
          eq(environmentTable.organization, pinnedVersion.organization),
          eq(environmentTable.id, pinnedVersion.environment),
          eq(environmentTable.store, source.name),
        ),
      )
      .where(
        and(
          eq(pinnedVersion.organization, organization),
          eq(pinnedVersion.promotion, promotion),
          eq(pinnedVersion.revision, revision),
        ),
      ),
  )
  if (pins.length === 0) throw new Error('nothing is pinned in this store')
  const frozen = await withOrganization(source, organization, (transaction) => readPinned(transaction, pins))
  await withOrganization(control, organization, async (transaction) => {
    for (const pin of frozen) {
      const { asset, type, version, digest, bytes, name, editors, author } = pin
      if (bytes !== undefined)
        await insertRows(transaction, content, [{ organization, digest, bytes }], 'ignore')
      const pinned = { asset, type, version, digest, name, editors, author }
      const writtenAt = new Date(pin.writtenAt)
      const snapshot = { organization, promotion, revision, ...pinned, writtenAt }
      await insertRows(transaction, promotionSnapshot, [snapshot], 'ignore')
    }
  })
}
