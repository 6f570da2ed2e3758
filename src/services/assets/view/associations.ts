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

/** A link with what control knows of both sides. */
interface LinkRow {
  readonly source_asset: AssetId
  readonly source_environment: EnvironmentId
  readonly source_version: number
  readonly source_digest: Digest
  readonly target_asset: AssetId
  readonly destination_environment: EnvironmentId
  readonly target_version: number
  readonly target_digest: Digest
  readonly promotion: PromotionId
  readonly source_head: number | null
  readonly source_head_digest: Digest | null
  readonly target_head: number | null
  readonly target_head_digest: Digest | null
  readonly finding: DriftFinding | null
  readonly restored: boolean
}

// What was found or restored before the last promotion speaks of the past.
const linksOf = `select link.source_asset, promotion.source_environment, link.source_version,
    encode(link.source_digest, 'hex') as source_digest, link.target_asset, link.destination_environment,
    link.target_version, encode(link.target_digest, 'hex') as target_digest, link.promotion,
    source.version as source_head, encode(source.digest, 'hex') as source_head_digest,
    target.version as target_head, encode(target.digest, 'hex') as target_head_digest,
    drift.finding, restoration.asset is not null as restored
  from association as link
  join promotion on promotion.organization = link.organization and promotion.id = link.promotion
  left join asset_head as source on source.organization = link.organization and source.asset = link.source_asset
  left join asset_head as target on target.organization = link.organization and target.asset = link.target_asset
  left join asset_drift as drift on drift.organization = link.organization and drift.asset = link.target_asset
    and drift.promotion = link.promotion
  left join asset_restoration as restoration on restoration.organization = link.organization
    and restoration.asset = link.target_asset and restoration.promotion = link.promotion
  where link.organization = $1 and (link.source_asset = any($2::uuid[]) or link.target_asset = any($2::uuid[]))
  order by link.associated_at, link.target_asset`

function headOf(version: number | null, digest: Digest | null): Head | null {
  return version === null ? null : { version, digest }
}

// A store does not lag behind itself, so its linked version has the linked digest. A version that another promotion
// landed is about to be published, or taken back.
function hasChanged(own: OwnHead, { target_version, target_digest, promotion }: LinkRow): boolean {
  const landedSince = own.promotion != null && own.promotion !== promotion
  return own.version >= target_version && own.digest !== target_digest && !landedSince
}

function findingOf(link: LinkRow, own: OwnHead | undefined): AssociationState['finding'] | null {
  const target = headOf(link.target_head, link.target_head_digest)
  const changed =
    own === undefined ? hasMoved(target, link.target_version, link.target_digest) : hasChanged(own, link)
  return link.finding ?? (changed ? 'changed' : link.restored ? 'restored' : null)
}

function stateOf(link: LinkRow, own: ReadonlyMap<AssetId, OwnHead>): AssociationState {
  const isSource = own.has(link.source_asset)
  const finding = findingOf(link, own.get(link.target_asset)) ?? null
  const source = own.get(link.source_asset) ?? headOf(link.source_head, link.source_head_digest)
  const isOutOfDate = hasMoved(source, link.source_version, link.source_digest)
  return {
    asset: isSource ? link.target_asset : link.source_asset,
    environment: isSource ? link.destination_environment : link.source_environment,
    status: finding !== null ? 'drifted' : isOutOfDate ? 'out_of_date' : 'in_sync',
    ...(finding === null ? {} : { finding }),
    promotion: link.promotion,
    sourceVersion: link.source_version,
    targetVersion: link.target_version,
  }
}

/**
 * The links of assets of one environment. Their own side is as given, the other one as control's index knows it. Of
 * several, with several production environments, the newest.
 */
export async function associationsOf(
  control: Transaction,
  assets: readonly OwnHead[],
): Promise<ReadonlyMap<AssetId, AssociationState>> {
  const ids = assets.map(({ id }) => id)
  return judgeLinks(await readLinks(control, ids), assets)
}

/** Links of assets as control has them now, to be judged once it is known how the assets stand. */
export async function readLinks(
  control: Transaction,
  assets: readonly AssetId[],
): Promise<readonly LinkRow[]> {
  return assets.length === 0 ? [] : control.send<LinkRow>(linksOf, [control.organization, assets])
}

/** The links as `associationsOf` has them. */
export function judgeLinks(
  links: readonly LinkRow[],
  assets: readonly OwnHead[],
): ReadonlyMap<AssetId, AssociationState> {
  const own = new Map(assets.map((one) => [one.id, one]))
  return new Map(
    links.map((link) => [
      own.has(link.source_asset) ? link.source_asset : link.target_asset,
      stateOf(link, own),
    ]),
  )
}
