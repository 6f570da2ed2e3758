import { and, eq, getViewSelectedFields, gt, lte } from 'drizzle-orm'
import { environment as environmentTable } from '../../../db/control/environment.ts'
import { pinnedVersion } from '../../../db/control/pinned-version.ts'
import { promotionSnapshot } from '../../../db/control/promotion-snapshot.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import type { StorePool } from '../../../db/pool.ts'
import { withOrganization } from '../../../db/transaction.ts'
import type { RevisionReference } from '../../../domain/promotion/revision.ts'
import { readContent } from '../../content/save-content.ts'

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
  const frozen = await withOrganization(source, organization, async (transaction) => {
    const snapshots = []
    for (const pin of pins) {
      const versions = await transaction
        .select()
        .from(assetVersion)
        .where(
          and(
            eq(assetVersion.organization, organization),
            eq(assetVersion.asset, pin.asset),
            gt(assetVersion.version, Math.min(pin.promotedVersion, pin.version - 1)),
            lte(assetVersion.version, pin.version),
          ),
        )
      const pinned = versions.find(({ version }) => version === pin.version)
      if (pinned?.digest !== pin.digest) throw new Error('a pinned version is not in the source store')
      const bytes = await readContent(transaction, pin.digest)
      const editors = [...new Set(versions.map(({ author }) => author))].sort()
      snapshots.push({ pin, bytes, name: pinned.name, editors, author: pinned.author })
    }
    return snapshots
  })
  await withOrganization(control, organization, async (transaction) => {
    for (const { pin, bytes, name, editors, author } of frozen) {
      const { asset, type, version, digest } = pin
      if (bytes !== undefined)
        await insertRows(transaction, content, [{ organization, digest, bytes }], 'ignore')
      const pinned = { asset, type, version, digest, name, editors, author }
      const snapshot = { organization, promotion, revision, ...pinned }
      await insertRows(transaction, promotionSnapshot, [snapshot], 'ignore')
    }
  })
}
