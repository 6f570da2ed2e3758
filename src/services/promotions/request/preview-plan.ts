import { and, eq, inArray } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { association } from '../../../db/control/association.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import {
  type AssetId,
  identifier,
  instant,
  type PersonId,
  type PromotionId,
} from '../../../domain/identifiers.ts'
import type { Policy } from '../../../domain/policy/policy.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { findTypes } from '../../assets/types/find-types.ts'
import { readBaselines } from '../../assets/view/read-baselines.ts'
import type { ServiceContext } from '../../context.ts'
import { storeOfEnvironment } from '../../environments/store-of-environment.ts'
import { screenStored } from '../../screening/screen-stored.ts'
import { targetsOf } from '../preflight/plan-targets.ts'
import type { FrozenAsset, PlannedRequest } from '../preflight/planned-request.ts'
import { type PreparedPlan, preparePlan } from '../preflight/prepare-plan.ts'
import { readPinned } from '../preflight/read-pinned.ts'
import type { Pin } from '../preflight/request-document.ts'
import { type RoutingGround, routeRequest } from '../preflight/route-request.ts'
import { readComparedContents, readSurroundings } from '../preflight/surroundings.ts'
import type { AskedBundle } from './asked-bundle.ts'
import { previewedDocument, type RequestContent } from './request-content.ts'

/** What a preview is made for. */
export interface PreviewedRequest {
  readonly bundle: AskedBundle
  readonly content: RequestContent
  readonly pins: readonly Pin[]
  readonly policyVersion: number
  readonly policy: Policy
  readonly requester: PersonId
  readonly resubmitters: readonly PersonId[]
  /** Null for a promotion that does not exist. */
  readonly promotion: PromotionId | null
  readonly revision: number
}

async function promotedVersions(
  transaction: Transaction,
  { bundle, pins }: PreviewedRequest,
): Promise<ReadonlyMap<AssetId, number>> {
  const rows = await transaction
    .select({ asset: association.sourceAsset, version: association.sourceVersion })
    .from(association)
    .where(
      and(
        eq(association.organization, transaction.organization),
        eq(association.destinationEnvironment, bundle.toEnvironment),
        inArray(
          association.sourceAsset,
          pins.map(({ asset }) => asset),
        ),
      ),
    )
  return new Map(rows.map(({ asset, version }) => [asset, version]))
}

async function readAssets(context: ServiceContext, asked: PreviewedRequest): Promise<readonly FrozenAsset[]> {
  const { caller, stores } = context
  const { promoted, types } = await withOrganization(
    stores.control,
    caller.organization,
    async (transaction) => ({
      promoted: await promotedVersions(transaction, asked),
      types: await findTypes(
        transaction,
        asked.pins.map(({ type }) => type),
      ),
    }),
  )
  const source = await storeOfEnvironment(context, asked.bundle.fromEnvironment)
  const pinned = await withOrganization(source, caller.organization, (transaction) =>
    readPinned(
      transaction,
      asked.pins.map((pin) => ({ ...pin, promotedVersion: promoted.get(pin.asset) ?? 0 })),
    ),
  )
  return pinned.map(({ asset, type: name, version, digest, bytes, ...rest }) => {
    const type = types.get(name)
    if (type === undefined) throw new RangeError('a pinned version is of a type that is known')
    const { editors, writtenAt } = rest
    const content = bytes === undefined ? null : parseStrict(bytes)
    const erased = bytes === undefined
    return { asset, type, name: rest.name, version, digest, content, erased, editors, writtenAt }
  })
}

/**
 * The plan that a request would get now, made from what staging and production hold at this moment by the same rules.
 * Nothing is stored, no check outside is asked, and ids of assets that would be created are not the ones that they will have.
 */
export async function previewPlan(context: ServiceContext, asked: PreviewedRequest): Promise<PreparedPlan> {
  const { caller, stores } = context
  const { bundle, content } = asked
  const request: PlannedRequest = {
    organization: caller.organization,
    promotion: asked.promotion ?? identifier<PromotionId>(uuidv7()),
    revision: asked.revision,
    source: bundle.fromEnvironment,
    destination: bundle.toEnvironment,
    requester: asked.requester,
    resubmitters: asked.resubmitters,
    policyVersion: asked.policyVersion,
    policy: asked.policy,
    document: previewedDocument(content),
    manifest: content.manifest,
    evidence: content.evidence,
    assets: await readAssets(context, asked),
  }
  const surroundings = await withOrganization(stores.control, caller.organization, (transaction) =>
    readSurroundings(transaction, request),
  )
  const destination = await storeOfEnvironment(context, bundle.toEnvironment)
  const baselines = await withOrganization(destination, caller.organization, (transaction) =>
    readBaselines(transaction, targetsOf(request, surroundings)),
  )
  const contents = await withOrganization(stores.control, caller.organization, (transaction) =>
    readComparedContents(transaction, request, surroundings, baselines),
  )
  const ground: RoutingGround = {
    surroundings,
    baselines,
    contents,
    screen: (rendered) => screenStored(context, rendered),
    now: instant(Date.now()),
  }
  return preparePlan(request, ground, await routeRequest(request, ground), 'not-yet')
}
