import { and, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { association } from '../../../db/control/association.ts'
import type { StorePool } from '../../../db/pool.ts'
import { heardLater, reading, type Transaction } from '../../../db/transaction.ts'
import { referencesOf } from '../../../domain/asset/references/references.ts'
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
import { storeNamed, storeNameOf, storeOfEnvironment } from '../../environments/store-of-environment.ts'
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

interface ReadAssets {
  readonly assets: readonly FrozenAsset[]
  readonly destination: StorePool
}

/** The assets as their source holds them, and the store that they lead to. */
async function readAssets(context: ServiceContext, asked: PreviewedRequest): Promise<ReadAssets> {
  const { caller, stores } = context
  const { organization } = caller
  const { bundle, pins } = asked
  const source = await storeOfEnvironment(context, bundle.fromEnvironment)
  // The bytes take longest. They are on their way while everything else is asked.
  const coming = heardLater(
    reading(source, organization, (transaction) =>
      readStoredContents(
        transaction,
        pins.map(({ digest }) => digest),
      ),
    ),
  )
  const { promoted, types, destination } = await reading(stores.control, organization, async (control) => ({
    promoted: await promotedVersions(control, asked),
    types: await findTypes(
      control,
      pins.map(({ type }) => type),
    ),
    destination: await storeNameOf(control, bundle.toEnvironment),
  }))
  const pinned = await reading(source, organization, (transaction) =>
    readPinnedVersions(
      transaction,
      pins.map((pin) => ({ ...pin, promotedVersion: promoted.get(pin.asset) ?? 0 })),
    ),
  )
  const contents = await coming
  const assets = pinned.map(({ asset, type: name, version, digest, editors, writtenAt, ...rest }) => {
    const type = types.get(name)
    if (type === undefined) throw new RangeError('a pinned version is of a type that is known')
    const stored = contents.get(digest)
    const content = stored?.content ?? null
    const erased = stored === undefined
    const references = referencesOf(type, content)
    const frozen = { asset, type, name: rest.name, version, digest, content, erased, references, editors }
    return { ...frozen, writtenAt }
  })
  return { assets, destination: storeNamed(stores, destination) }
}

/** Reads what a request's plan is made of from staging, control and production. */
export async function readPreviewGround(
  context: ServiceContext,
  asked: PreviewedRequest,
): Promise<PreviewGround> {
  const { caller, stores } = context
  const { organization } = caller
  const { bundle, content } = asked
  const { assets, destination } = await readAssets(context, asked)
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
    assets,
  }
  const surroundings = await reading(stores.control, organization, (transaction) =>
    readSurroundings(transaction, request),
  )
  const baselines = await reading(destination, organization, (transaction) =>
    readBaselines(transaction, targetsOf(request, surroundings)),
  )
  const contents = comparesContents(request)
    ? await reading(stores.control, organization, (transaction) =>
        readComparedContents(transaction, request, surroundings, baselines),
      )
    : new Map<Digest, JsonValue>()
  return { request, surroundings, baselines, contents, destination }
}
