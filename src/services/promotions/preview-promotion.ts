import { heardLater, onlyReads, reading, withOrganization } from '../../db/transaction.ts'
import type { Signers } from '../../domain/policy/satisfiability.ts'
import { readStoredContents } from '../content/stored-contents.ts'
import type { ServiceContext } from '../context.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import type { StoredContent } from '../screening/screen-stored.ts'
import { type PlanView, planHead, showItems } from './plan-view/plan-view.ts'
import { targetsOfAssets } from './preflight/surroundings.ts'
import type { AskedBundle } from './request/asked-bundle.ts'
import { authoriseRequest } from './request/authorise-request.ts'
import { endpointsElsewhere } from './request/endpoints-elsewhere.ts'
import { findPins } from './request/find-pins.ts'
import { newestPolicy } from './request/newest-policy.ts'
import { type OfferedAsset, offeredAssets } from './request/offered-assets.ts'
import { type PreviewGround, readPreviewGround } from './request/preview-ground.ts'
import { planOn } from './request/preview-plan.ts'
import { refuseStrangers } from './request/refuse-strangers.ts'
import { type RequestContent, sentAlong } from './request/request-content.ts'

export interface PromotionPreview extends Omit<PlanView, 'promotion' | 'planDigest'> {
  /** Who could sign each step now. */
  readonly signers: Signers
  /** What could, or has to, join the bundle. */
  readonly offers: readonly OfferedAsset[]
}

/** Contents of what production has in the place of a request's assets. */
async function readBefore({ request, surroundings, baselines, destination }: PreviewGround) {
  const standing = new Set(targetsOfAssets(request, surroundings).values())
  return reading(destination, request.organization, (transaction) =>
    readStoredContents(
      transaction,
      baselines.flatMap(({ asset, digest }) => (standing.has(asset) ? [digest] : [])),
    ),
  )
}

/**
 * What a request would come to: the plan it would get now, with every finding and who could sign. Changes nothing.
 *
 * @throws Refused for whatever the request itself would be refused for, but not for what makes it hopeless: that is told.
 */
export async function previewPromotion(
  context: ServiceContext,
  request: AskedBundle & RequestContent & { readonly reason: string },
): Promise<PromotionPreview> {
  const { caller, stores } = context
  const routed = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const routing = heardLater(newestPolicy(transaction, request.toEnvironment))
    await authoriseRequest(transaction, caller, request)
    await refuseStrangers(transaction, request)
    await routing
    onlyReads(transaction)
    return routing
  })
  // Read while the source answers.
  const screening = heardLater(
    refuseConfidential([{ pointer: '/reason', value: request.reason }, ...sentAlong(request)]),
  )
  const pins = await findPins(context, request)
  await screening
  const ground = await readPreviewGround(context, {
    bundle: request,
    content: request,
    usedElsewhere: await endpointsElsewhere(context, request.bindings),
    pins,
    ...routed,
    requester: caller.person,
    resubmitters: [],
    promotion: null,
    revision: 1,
  })
  // On its way while the plan is made.
  const coming = heardLater(readBefore(ground))
  const { plan, rendered, signers } = await planOn(context, ground)
  const after = new Map(
    rendered.map(({ item }): [typeof item.digest, StoredContent] => [
      item.digest,
      { digest: item.digest, content: item.rendered },
    ]),
  )
  const before = await coming
  // A key of the source opens the source alone, whoever holds it.
  const reader = { seesValues: false, unmask: false }
  return {
    ...planHead(plan),
    manifest: request.manifest,
    evidence: request.evidence,
    findings: plan.findings,
    reviewers: request.reviewers,
    items: await showItems(context, plan.items, { before, after }, reader, new Set()),
    signers,
    offers: await offeredAssets(context, request, plan.dependencies),
  }
}
