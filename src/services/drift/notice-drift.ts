import { and, eq } from 'drizzle-orm'
import { association } from '../../db/control/association.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { DriftFinding } from '../../domain/drift/drift.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import type { OpenEnvironment } from '../assets/rules/open-environment.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { Caller } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { readStanding } from './read-standing.ts'
import { judgeDrift, settleDrift } from './settle-drift.ts'

/**
 * Compares the stored bytes of a production asset with what was last landed, for somebody who reads it. What it finds
 * for the first time is an entry, which ends the control transaction's statements. Undefined when there is nothing to
 * compare, or a promotion is changing it at this moment.
 */
export async function noticeDrift(
  caller: Caller,
  { control, store }: OpenEnvironment,
  asset: AssetId,
): Promise<DriftFinding | null | undefined> {
  const { organization } = control
  const [landed] = await control
    .select({
      asset: association.targetAsset,
      promotion: association.promotion,
      version: association.targetVersion,
      digest: association.targetDigest,
    })
    .from(association)
    .where(and(eq(association.organization, organization), eq(association.targetAsset, asset)))
  if (landed === undefined) return undefined
  const [standing] = await withOrganization(store, organization, (transaction) =>
    readStanding(transaction, [asset]),
  )
  if (standing === undefined) return undefined
  const judged = await judgeDrift(control, [{ landed, standing }])
  const drafts = await settleDrift(control, judged, { end: false })
  if (drafts.length > 0) {
    const actor = entryActor(caller)
    await appendEntries(
      control,
      drafts.map((draft) => ({ ...draft, actor })),
    )
  }
  return judged[0]?.finding
}
