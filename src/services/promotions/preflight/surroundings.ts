import { and, eq, inArray, sql } from 'drizzle-orm'
import { approverGroupMember } from '../../../db/control/approver-group-member.ts'
import { assetRestoration } from '../../../db/control/asset-restoration.ts'
import { association } from '../../../db/control/association.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { matchPointer } from '../../../domain/asset/json/pointer.ts'
import {
  type AssetId,
  type Digest,
  type EnvironmentId,
  type Instant,
  instant,
  isUuid,
} from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { VersionPin } from '../../../domain/plan/plan.ts'
import type { Holder } from '../../../domain/plan/taken.ts'
import type { LastPromoted } from '../../../domain/preflight/remembered.ts'
import type { Baseline } from '../../asset-store.ts'
import { readStoredContents } from '../../content/stored-contents.ts'
import { readSigners, type Signer } from '../signers/read-signers.ts'
import { readLivePilots } from './live-pilots.ts'
import type { FrozenAsset, PlannedRequest } from './planned-request.ts'
import { standingClaims } from './standing-claims.ts'
import { readTypeHistory, type TypeHistory } from './type-history.ts'

/** Production's partner of a staging asset. */
export interface Partner {
  readonly target: AssetId
  /** What the last promotion left there. */
  readonly landed: VersionPin
  readonly landedAt: Instant
  /** Whether another version was put in use since. */
  readonly restored: boolean
}

/** What control knows of the destination, as far as a request's plan depends on it. */
export interface Surroundings {
  /** By staging asset: of the request's own assets and of whatever their content refers to. */
  readonly partners: ReadonlyMap<AssetId, Partner>
  /** Production assets of the request's adoptions that have a partner already. */
  readonly associated: ReadonlySet<AssetId>
  /** By staging asset of the request. */
  readonly lastPromoted: ReadonlyMap<AssetId, LastPromoted>
  readonly standing: readonly Holder[]
  /** Of the organization's own types among the request's. */
  readonly typeHistory: TypeHistory
  readonly requesterGroups: readonly string[]
  readonly signers: readonly Signer[]
  /** Live versions of staging assets in each environment that a rule names as a pilot. */
  readonly pilots: ReadonlyMap<EnvironmentId, ReadonlyMap<AssetId, number>>
}

function assetsNamedBy({ assets }: PlannedRequest): readonly AssetId[] {
  const ids = new Set(assets.map(({ asset }) => asset))
  for (const { references } of assets) {
    // What a partner owns may be any text, which is no asset's id.
    for (const { asset } of references) if (isUuid(asset)) ids.add(asset)
  }
  return [...ids]
}

async function readLinks(transaction: Transaction, request: PlannedRequest) {
  return transaction
    .select({ link: association, restored: sql<boolean>`${assetRestoration.asset} is not null` })
    .from(association)
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
        eq(association.organization, transaction.organization),
        eq(association.destinationEnvironment, request.destination),
        sql`${association.sourceAsset} = any (${sql.param([...assetsNamedBy(request)])}::uuid[])`,
      ),
    )
}

/** The production assets that a request's own assets may land in: their partners, and those that they would adopt. */
export function targetsOfAssets(
  { assets, document }: PlannedRequest,
  { partners }: Pick<Surroundings, 'partners'>,
): ReadonlyMap<AssetId, AssetId> {
  const adopted = new Map(document.adopt.map(({ asset, target }) => [asset, target]))
  return new Map(
    assets.flatMap(({ asset }) => {
      const target = partners.get(asset)?.target ?? adopted.get(asset)
      return target === undefined ? [] : [[asset, target]]
    }),
  )
}

/** Whether a rule compares any of a request's assets with the content of its baseline. */
export function comparesContents({ assets }: PlannedRequest): boolean {
  return assets.some(({ type }) => type.immutable.length > 0)
}

/** Contents of the baselines that a rule compares with: of items whose type says that a place never changes. */
export async function readComparedContents(
  transaction: Transaction,
  request: PlannedRequest,
  surroundings: Surroundings,
  baselines: readonly Baseline[],
): Promise<ReadonlyMap<Digest, JsonValue>> {
  const landing = targetsOfAssets(request, surroundings)
  const targets = new Set(
    request.assets.flatMap(({ asset, type }) => (type.immutable.length === 0 ? [] : [landing.get(asset)])),
  )
  const compared = baselines.filter(({ asset }) => targets.has(asset))
  const contents = await readStoredContents(
    transaction,
    compared.map(({ digest }) => digest),
  )
  return new Map([...contents].map(([digest, { content }]) => [digest, content]))
}

// Twice the bundle's bytes, for what most bundles never ask: so only for the assets that would.
function asksMemory(
  { type, content: staged, references }: FrozenAsset,
  resolved: ReadonlySet<AssetId>,
): boolean {
  return (
    type.bindings.some((pattern) => matchPointer(staged, pattern).length > 0) ||
    references.some(({ asset }) => !resolved.has(asset))
  )
}

async function readLastPromoted(
  transaction: Transaction,
  { assets }: PlannedRequest,
  links: readonly (typeof association.$inferSelect)[],
): Promise<ReadonlyMap<AssetId, LastPromoted>> {
  const resolved = new Set([
    ...links.map(({ sourceAsset }) => sourceAsset),
    ...assets.map(({ asset }) => asset),
  ])
  const asking = new Set(assets.filter((one) => asksMemory(one, resolved)).map(({ asset }) => asset))
  const own = links.filter(({ sourceAsset }) => asking.has(sourceAsset))
  const contents = await readStoredContents(
    transaction,
    own.flatMap(({ sourceDigest, targetDigest }) => [sourceDigest, targetDigest]),
  )
  return new Map(
    own.flatMap(({ sourceAsset, sourceDigest, targetDigest }) => {
      const staged = contents.get(sourceDigest)
      const rendered = contents.get(targetDigest)
      if (staged === undefined || rendered === undefined) return []
      return [[sourceAsset, { staged: staged.content, rendered: rendered.content }]]
    }),
  )
}

async function readAssociated(transaction: Transaction, { document }: PlannedRequest) {
  const targets = document.adopt.map(({ target }) => target)
  if (targets.length === 0) return new Set<AssetId>()
  const rows = await transaction
    .select({ target: association.targetAsset })
    .from(association)
    .where(
      and(eq(association.organization, transaction.organization), inArray(association.targetAsset, targets)),
    )
  return new Set(rows.map(({ target }) => target))
}

async function readGroups(transaction: Transaction, { requester }: PlannedRequest) {
  const rows = await transaction
    .select({ group: approverGroupMember.approverGroup })
    .from(approverGroupMember)
    .where(
      and(
        eq(approverGroupMember.organization, transaction.organization),
        eq(approverGroupMember.person, requester),
      ),
    )
  return rows.map(({ group }) => group)
}

/** Reads what control knows of the destination and of the people who could sign. */
export async function readSurroundings(
  transaction: Transaction,
  request: PlannedRequest,
): Promise<Surroundings> {
  // None waits for another one's answer, so they travel together.
  const [links, associated, standing, typeHistory, requesterGroups, signers, pilots] = await Promise.all([
    readLinks(transaction, request),
    readAssociated(transaction, request),
    standingClaims(transaction, request),
    readTypeHistory(transaction, request),
    readGroups(transaction, request),
    readSigners(transaction, request.destination),
    readLivePilots(transaction, request),
  ])
  return {
    partners: new Map(
      links.map(({ link, restored }) => {
        const landed = { version: link.targetVersion, digest: link.targetDigest }
        const landedAt = instant(link.associatedAt)
        return [link.sourceAsset, { target: link.targetAsset, landed, landedAt, restored }]
      }),
    ),
    associated,
    lastPromoted: await readLastPromoted(
      transaction,
      request,
      links.map(({ link }) => link),
    ),
    standing,
    typeHistory,
    requesterGroups,
    signers,
    pilots,
  }
}
