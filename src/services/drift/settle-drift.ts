import { and, eq, inArray, sql } from 'drizzle-orm'
import { assetDrift } from '../../db/control/asset-drift.ts'
import { association } from '../../db/control/association.ts'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { promotionItem } from '../../db/control/promotion-item.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type DriftFinding,
  findDrift,
  foundDigest,
  type LastLanded,
  type StandingAsset,
} from '../../domain/drift/drift.ts'
import type { AssetId, Digest, EnvironmentId } from '../../domain/identifiers.ts'
import type { LoggedEntry } from '../audit/append-entries.ts'

/** A production asset as it was found, beside what it was compared with. */
export interface ComparedAsset {
  readonly landed: LastLanded
  readonly standing: StandingAsset
}

/** A comparison that still holds, and what it comes to. */
export interface JudgedAsset extends ComparedAsset {
  readonly environment: EnvironmentId
  readonly finding: DriftFinding | null
}

/**
 * What stands of a comparison: only assets whose last landing is still the one they were compared with. A version that
 * a promotion is landing is no drift, being about to be published or taken back; it is left out.
 */
export async function judgeDrift(
  transaction: Transaction,
  compared: readonly ComparedAsset[],
): Promise<readonly JudgedAsset[]> {
  if (compared.length === 0) return []
  const assets = compared.map(({ landed }) => landed.asset)
  const links = await transaction
    .select({
      asset: association.targetAsset,
      environment: association.destinationEnvironment,
      promotion: association.promotion,
      version: association.targetVersion,
      digest: association.targetDigest,
    })
    .from(association)
    .where(
      and(eq(association.organization, transaction.organization), inArray(association.targetAsset, assets)),
    )
  const current = new Map(links.map((link) => [link.asset, link]))
  const judged: JudgedAsset[] = []
  for (const { landed, standing } of compared) {
    const link = current.get(landed.asset)
    if (link?.promotion !== landed.promotion || link.digest !== landed.digest) continue
    const finding = findDrift(landed, standing)
    if (finding === 'changed' && (await isLanding(transaction, landed, standing))) continue
    judged.push({ landed, standing, environment: link.environment, finding })
  }
  return judged
}

async function isLanding(
  transaction: Transaction,
  landed: LastLanded,
  { asset, promotion, version, digest }: StandingAsset,
): Promise<boolean> {
  if (promotion === null || digest === null || version <= landed.version) return false
  const items = await transaction
    .select({ position: promotionItem.position })
    .from(promotionItem)
    .innerJoin(
      promotionTable,
      and(
        eq(promotionTable.organization, promotionItem.organization),
        eq(promotionTable.id, promotionItem.promotion),
        eq(promotionTable.revision, promotionItem.revision),
        inArray(promotionTable.state, ['promoting', 'compensating', 'compensation_stuck']),
      ),
    )
    .where(
      and(
        eq(promotionItem.organization, transaction.organization),
        eq(promotionItem.promotion, promotion),
        eq(promotionItem.targetAsset, asset),
        eq(promotionItem.renderedDigest, digest),
      ),
    )
    .limit(1)
  return items.length > 0
}

// In one statement: of two that find the same at once, one writes the row, and with it the entry.
async function keepFinding(
  transaction: Transaction,
  { landed, standing }: JudgedAsset,
  finding: DriftFinding,
): Promise<boolean> {
  const digest = foundDigest(standing)
  const bytes = digest === null ? null : Buffer.from(digest, 'hex')
  const { rows } = await transaction.execute(sql`insert into asset_drift
      (organization, asset, promotion, finding, found_version, found_digest)
    values (${transaction.organization}, ${landed.asset}, ${landed.promotion}, ${finding}, ${standing.version},
      ${bytes})
    on conflict (organization, asset) do update set promotion = excluded.promotion, finding = excluded.finding,
      found_version = excluded.found_version, found_digest = excluded.found_digest, found_at = clock_timestamp()
    where (asset_drift.promotion, asset_drift.finding, asset_drift.found_digest)
      is distinct from (excluded.promotion, excluded.finding, excluded.found_digest)
    returning asset`)
  return rows.length > 0
}

async function endDrift(transaction: Transaction, assets: readonly AssetId[]): Promise<ReadonlySet<AssetId>> {
  if (assets.length === 0) return new Set()
  const ended = await transaction
    .delete(assetDrift)
    .where(and(eq(assetDrift.organization, transaction.organization), inArray(assetDrift.asset, assets)))
    .returning({ asset: assetDrift.asset })
  return new Set(ended.map(({ asset }) => asset))
}

type Draft = Omit<LoggedEntry, 'actor'>

function driftEntry(type: string, { landed, standing, environment, finding }: JudgedAsset): Draft {
  const found: { version: number; digest?: Digest } = { version: standing.version }
  const digest = foundDigest(standing)
  if (digest !== null) found.digest = digest
  return {
    type,
    subject: `asset/${landed.asset}`,
    environment,
    asset: landed.asset,
    promotion: landed.promotion,
    details: {
      ...(finding === null ? {} : { finding }),
      landed: { version: landed.version, digest: landed.digest },
      found: { ...found },
    },
  }
}

/**
 * Keeps what was found, each finding once, and returns its entries for the caller to append; none when nothing is new.
 * With `end`, assets that agree again have no drift any more.
 */
export async function settleDrift(
  transaction: Transaction,
  judged: readonly JudgedAsset[],
  { end }: { readonly end: boolean },
): Promise<readonly Draft[]> {
  const drafts: Draft[] = []
  const agreeing: JudgedAsset[] = []
  for (const one of judged) {
    if (one.finding === null) agreeing.push(one)
    else if (await keepFinding(transaction, one, one.finding)) drafts.push(driftEntry('asset.drifted', one))
  }
  if (!end) return drafts
  const ended = await endDrift(
    transaction,
    agreeing.map(({ landed }) => landed.asset),
  )
  for (const one of agreeing) {
    if (ended.has(one.landed.asset)) drafts.push(driftEntry('asset.in-sync-again', one))
  }
  return drafts
}
