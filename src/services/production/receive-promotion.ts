import { receipt } from '../../db/control/receipt.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { RevisionReference } from '../../domain/promotion/revision.ts'
import type { AuthorizedBundle, LandedVersion } from '../asset-store.ts'
import { appendEntries, type EntryDraft } from '../audit/append-entries.ts'
import { notAuthorized, type ProductionContext, type RefusedAct } from './production-context.ts'
import { readAuthorizedBundle } from './read-authorized-bundle.ts'

export type ReceiptAnswer =
  | { readonly kind: 'received'; readonly items: readonly LandedVersion[] }
  | RefusedAct
  | { readonly kind: 'refused'; readonly code: 'landed-bytes-differ' }

/**
 * Records in control that what stands in production is what was approved: a receipt for each item, and one entry that
 * names the landings' places in production's log. May be repeated; the entry is written once. The table's keys refuse
 * a digest that was not approved, whatever is compared here.
 */
export async function receivePromotion(
  context: ProductionContext,
  reference: RevisionReference,
): Promise<ReceiptAnswer> {
  const shown = await readAuthorizedBundle(context, reference, 'land')
  if (shown === undefined) return notAuthorized
  const { organization, promotion, revision } = reference
  const answer = await context.store.readBack(organization, promotion, revision)
  if (answer.kind === 'refused') return answer
  const { items } = answer
  if (!landedAsApproved(shown.bundle, items)) return { kind: 'refused', code: 'landed-bytes-differ' }
  const rows = items.map(({ position, version, digest, entry }) => ({
    organization,
    promotion,
    revision,
    position,
    landedDigest: digest,
    landedVersion: version,
    landingOrigin: entry.origin,
    landingIndex: entry.index,
    landingLeafHash: entry.leafHash,
  }))
  await withOrganization(context.control, organization, async (transaction) => {
    const inserted = await insertRows(transaction, receipt, rows, 'ignore')
    if (inserted > 0) await appendEntries(transaction, [receiptedEntry(shown.bundle, items)])
  })
  return { kind: 'received', items }
}

function landedAsApproved({ items }: AuthorizedBundle, landed: readonly LandedVersion[]): boolean {
  return (
    items.length === landed.length &&
    items.every((item) =>
      landed.some(
        ({ position, asset, digest }) =>
          position === item.position && asset === item.target && digest === item.digest,
      ),
    )
  )
}

function receiptedEntry(
  { promotion, revision, items: [first] }: AuthorizedBundle,
  landed: readonly LandedVersion[],
): EntryDraft {
  if (first === undefined) throw new RangeError('a bundle has at least one item')
  const items = landed.map(({ position, asset, version, digest, entry: { origin, index, leafHash } }) => {
    return { position, asset, version, digest, landing: { origin, index, leafHash } }
  })
  return {
    type: 'promotion.receipted',
    subject: `promotion/${promotion}`,
    actor: { person: first.person, via: 'workflow' },
    environment: first.environment,
    promotion,
    details: { revision, items },
  }
}
