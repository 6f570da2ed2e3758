import { and, eq, sql } from 'drizzle-orm'
import { asset as assetTable } from '../../db/environment/asset.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { AssetType } from '../../domain/asset/asset-type.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { checkPrecondition } from '../idempotency/check-precondition.ts'
import { entryActor } from '../people/entry-actor.ts'
import { Refused } from '../refused.ts'
import { refuseInUse } from './references/refuse-in-use.ts'
import { knownType } from './rules/accept-content.ts'
import { authoriseWrite } from './rules/authorise-write.ts'
import { type CurrentAsset, currentContent, findCurrent } from './rules/check-next-version.ts'
import { refusePartners } from './rules/keep-partners.ts'
import { type OpenEnvironment, openEnvironment } from './rules/open-environment.ts'
import { assetTag, readAsset } from './view/asset-state.ts'

export interface Deletion {
  readonly asset: AssetId
  /** Entity tags of what the caller saw, where they said so. */
  readonly seen: readonly string[] | null
}

async function refusePartnersLoss(
  transaction: Transaction,
  type: AssetType,
  current: CurrentAsset,
): Promise<void> {
  if ((type.partnerOwned ?? []).length === 0) return
  const content = await currentContent(transaction, current)
  if (content !== null) refusePartners(type, content)
}

async function deleteHere(
  { caller }: ServiceContext,
  opened: OpenEnvironment,
  { asset: id, seen }: Deletion,
): Promise<void> {
  const { organization, person } = caller
  await withOrganization(opened.store, organization, async (transaction) => {
    const current = await findCurrent(transaction, opened, id, 'lock')
    const type = await knownType(opened.control, current.type)
    authoriseWrite(opened, type)
    if (current.deleted) return
    if (seen !== null) checkPrecondition(seen, assetTag(current))
    await refuseInUse(transaction, current)
    await refusePartnersLoss(transaction, type, current)
    await transaction
      .update(assetTable)
      .set({ deletedAt: sql`clock_timestamp()`, updatedAt: sql`clock_timestamp()`, updatedBy: person })
      .where(and(eq(assetTable.organization, organization), eq(assetTable.id, id)))
    await appendEntries(transaction, [
      {
        type: 'asset.deleted',
        subject: `asset/${id}`,
        actor: entryActor(caller),
        environment: opened.environment,
        asset: id,
        facts: { assetType: current.type, version: current.version },
      },
    ])
  })
}

/**
 * Deletes an asset of staging or development: its versions stay, but nobody changes or promotes it any more. Deleting it
 * again changes nothing.
 *
 * @throws Refused for an asset the caller does not see, a missing right, a stale tag, one that others use, one that
 *   holds what a partner owns, and always in production.
 */
export async function deleteAsset(context: ServiceContext, deletion: Deletion): Promise<void> {
  await openEnvironment(context, null, async (opened) => {
    if (opened.kind !== 'production') return deleteHere(context, opened, deletion)
    await readAsset(opened, deletion.asset)
    throw new Refused('forbidden', 'An asset of production is not deleted; what uses it could not be undone.')
  })
}
