import { and, asc, eq, inArray, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { assetDrift } from '../../../db/control/asset-drift.ts'
import { assetHead } from '../../../db/control/asset-head.ts'
import { assetRestoration } from '../../../db/control/asset-restoration.ts'
import { association } from '../../../db/control/association.ts'
import { promotion } from '../../../db/control/promotion.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { DriftFinding } from '../../../domain/drift/drift.ts'
import type { AssetId, Digest, EnvironmentId, PromotionId } from '../../../domain/identifiers.ts'

export type AssociationStatus = 'in_sync' | 'out_of_date' | 'drifted'

/** The lasting link of an asset with the one on the other side, from the last promotion that linked them. */
export interface AssociationState {
  /** On the other side. */
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly status: AssociationStatus
  /** How production differs, where it has drifted. */
  readonly finding?: DriftFinding | 'restored'
  readonly promotion: PromotionId
  readonly sourceVersion: number
  readonly targetVersion: number
}

interface Head {
  readonly version: number
  readonly digest: Digest | null
}

/** An asset as its own store has it now. */
interface OwnHead extends Head {
  readonly id: AssetId
  /** The promotion that landed its version, where one did. */
  readonly promotion?: PromotionId | null
}

// The index may lag behind its log, so an older version than the linked one tells nothing.
export function hasMoved(head: Head | null, version: number, digest: Digest): boolean {
  return head !== null && head.version > version && head.digest !== digest
}

// A store does not lag behind itself, so its linked version has the linked digest. A version that another promotion
// landed is about to be published, or taken back.
function hasChanged(
  own: OwnHead,
  { targetVersion, targetDigest, promotion }: typeof association.$inferSelect,
) {
  const landedSince = own.promotion != null && own.promotion !== promotion
  return own.version >= targetVersion && own.digest !== targetDigest && !landedSince
}

function readLinks(control: Transaction, ids: readonly AssetId[]) {
  const source = alias(assetHead, 'source')
  const target = alias(assetHead, 'target')
  return (
    control
      .select({
        link: association,
        sourceEnvironment: promotion.sourceEnvironment,
        source: { version: source.version, digest: source.digest },
        target: { version: target.version, digest: target.digest },
        found: { finding: assetDrift.finding },
        restored: { version: assetRestoration.version },
      })
      .from(association)
      .innerJoin(
        promotion,
        and(eq(promotion.organization, association.organization), eq(promotion.id, association.promotion)),
      )
      .leftJoin(
        source,
        and(eq(source.organization, association.organization), eq(source.asset, association.sourceAsset)),
      )
      .leftJoin(
        target,
        and(eq(target.organization, association.organization), eq(target.asset, association.targetAsset)),
      )
      // What was found before the last promotion speaks of the past.
      .leftJoin(
        assetDrift,
        and(
          eq(assetDrift.organization, association.organization),
          eq(assetDrift.asset, association.targetAsset),
          eq(assetDrift.promotion, association.promotion),
        ),
      )
      .leftJoin(
        assetRestoration,
        and(
          eq(assetRestoration.organization, association.organization),
          eq(assetRestoration.asset, association.targetAsset),
          eq(assetRestoration.promotion, association.promotion),
        ),
      )
      .where(
        and(
          eq(association.organization, control.organization),
          or(inArray(association.sourceAsset, ids), inArray(association.targetAsset, ids)),
        ),
      )
      .orderBy(asc(association.associatedAt), asc(sql`${association.targetAsset}`))
  )
}

/**
 * The links of assets of one environment. Their own side is as given, the other one as control's index knows it. Of
 * several, with several production environments, the newest.
 */
export async function associationsOf(
  control: Transaction,
  assets: readonly OwnHead[],
): Promise<ReadonlyMap<AssetId, AssociationState>> {
  if (assets.length === 0) return new Map()
  const own = new Map(assets.map((one) => [one.id, one]))
  const links = await readLinks(control, [...own.keys()])
  return new Map(
    links.map(({ link, sourceEnvironment, source, target, found, restored }): [AssetId, AssociationState] => {
      const { sourceAsset, targetAsset, sourceVersion, targetVersion, sourceDigest, targetDigest } = link
      const isSource = own.has(sourceAsset)
      const ownTarget = own.get(targetAsset)
      const changed =
        ownTarget === undefined ? hasMoved(target, targetVersion, targetDigest) : hasChanged(ownTarget, link)
      const finding = found?.finding ?? (changed ? 'changed' : restored === null ? null : 'restored')
      const outOfDate = hasMoved(own.get(sourceAsset) ?? source, sourceVersion, sourceDigest)
      return [
        isSource ? sourceAsset : targetAsset,
        {
          asset: isSource ? targetAsset : sourceAsset,
          environment: isSource ? link.destinationEnvironment : sourceEnvironment,
          status: finding !== null ? 'drifted' : outOfDate ? 'out_of_date' : 'in_sync',
          ...(finding === null ? {} : { finding }),
          promotion: link.promotion,
          sourceVersion,
          targetVersion,
        },
      ]
    }),
  )
}
