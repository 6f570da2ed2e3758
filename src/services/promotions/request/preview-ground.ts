import { and, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { association } from '../../../db/control/association.ts'
import type { StorePool } from '../../../db/pool.ts'
import { heardLater, type Transaction, withOrganization } from '../../../db/transaction.ts'
import {
  type AssetId,
  type Digest,
  identifier,
  type PersonId,
  type PromotionId,
} from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { Policy } from '../../../domain/policy/policy.ts'
import { findTypes } from '../../assets/types/find-types.ts'
import { readBaselines } from '../../assets/view/read-baselines.ts'
import { readStoredContents } from '../../content/stored-contents.ts'
import type { ServiceContext } from '../../context.ts'
import { storeOfEnvironment } from '../../environments/store-of-environment.ts'
import { targetsOf } from '../preflight/plan-targets.ts'
import type { FrozenAsset, PlannedRequest } from '../preflight/planned-request.ts'
import { readPinnedVersions } from '../preflight/read-pinned.ts'
import type { Pin } from '../preflight/request-document.ts'
import type { RoutingGround } from '../preflight/route-request.ts'
import { comparesContents, readComparedContents, readSurroundings } from '../preflight/surroundings.ts'
import type { AskedBundle } from './asked-bundle.ts'
import { previewedDocument, type RequestContent } from './request-content.ts'

/** What a preview is made for. */
export interface PreviewedRequest {
  readonly bundle: AskedBundle
  readonly content: RequestContent
  readonly usedElsewhere: readonly Digest[]
  readonly pins: readonly Pin[]
  readonly policyVersion: number
  readonly policy: Policy
  readonly requester: PersonId
  readonly resubmitters: readonly PersonId[]
  /** Null for a promotion that does not exist. */
  readonly promotion: PromotionId | null
  readonly revision: number
}

/** A request with all that its plan is made of, as it stands at this moment. */
export interface PreviewGround extends Pick<RoutingGround, 'surroundings' | 'baselines' | 'contents'> {
  readonly request: PlannedRequest
  readonly destination: StorePool
}

async function promotedVersions(
  transaction: Transaction,
  { bundle, pins }: PreviewedRequest,
): Promise<ReadonlyMap<AssetId, number>> {
  const assets = pins.map(({ asset }) => asset)
  const rows = await transaction
    .select({ asset: association.sourceAsset, version: association.sourceVersion })
    .from(association)
    .where(
      and(
        eq(association.organization, transaction.organization),
        eq(association.destinationEnvironment, bundle.toEnvironment),
        sql`${association.sourceAsset} = any (${sql.param(assets)}::uuid[])`,
      ),
    )
  return new Map(rows.map(({ asset, version }) => [asset, version]))
}

async function readAssets(context: ServiceContext, asked: PreviewedRequest): Promise<readonly FrozenAsset[]> {
  const { caller, stores } = context
  const { organization } = caller
  const source = await storeOfEnvironment(context, asked.bundle.fromEnvironment)
  // The bytes take longest. They are on their way while everything else is asked.
  const coming = heardLater(
    withOrganization(source, organization, (transaction) =>
      readStoredContents(
        transaction,
        asked.pins.map(({ digest }) => digest),
      ),
    ),
  )
  const { promoted, types } = await withOrganization(stores.control, organization, async (transaction) => ({
    promoted: await promotedVersions(transaction, asked),
    types: await findTypes(
      transaction,
      asked.pins.map(({ type }) => type),
    ),
  }))
  const pinned = await withOrganization(source, organization, (transaction) =>
    readPinnedVersions(
      transaction,
      asked.pins.map((pin) => ({ ...pin, promotedVersion: promoted.get(pin.asset) ?? 0 })),
    ),
  )
  const contents = await coming
  return pinned.map(({ asset, type: name, version, digest, editors, writtenAt, ...rest }) => {
    const type = types.get(name)
    if (type === undefined) throw new RangeError('a pinned version is of a type that is known')
    const stored = contents.get(digest)
    const content = stored?.content ?? null
    const erased = stored === undefined
    return { asset, type, name: rest.name, version, digest, content, erased, editors, writtenAt }
  })
}

/** Reads what a request's plan is made of from staging, control and production. */
export async function readPreviewGround(
  context: ServiceContext,
  asked: PreviewedRequest,
): Promise<PreviewGround> {
  const { caller, stores } = context
  const { organization } = caller
  const { bundle, content } = asked
  const finding = heardLater(storeOfEnvironment(context, bundle.toEnvironment))
  const request: PlannedRequest = {
    organization,
    promotion: asked.promotion ?? identifier<PromotionId>(uuidv7()),
    revision: asked.revision,
    source: bundle.fromEnvironment,
    destination: bundle.toEnvironment,
    requester: asked.requester,
    resubmitters: asked.resubmitters,
    policyVersion: asked.policyVersion,
    policy: asked.policy,
    document: previewedDocument(content, asked.usedElsewhere),
    manifest: content.manifest,
    evidence: content.evidence,
    assets: await readAssets(context, asked),
  }
  const surroundings = await withOrganization(stores.control, organization, (transaction) =>
    readSurroundings(transaction, request),
  )
  const destination = await finding
  const baselines = await withOrganization(destination, organization, (transaction) =>
    readBaselines(transaction, targetsOf(request, surroundings)),
  )
  const contents = comparesContents(request)
    ? await withOrganization(stores.control, organization, (transaction) =>
        readComparedContents(transaction, request, surroundings, baselines),
      )
    : new Map<Digest, JsonValue>()
  return { request, surroundings, baselines, contents, destination }
}
