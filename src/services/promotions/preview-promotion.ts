import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Plan } from '../../domain/plan/plan.ts'
import type { Signability } from '../../domain/policy/satisfiability.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { ServiceContext } from '../context.ts'
import { storeOfEnvironment } from '../environments/store-of-environment.ts'
import { standingOf } from '../people/standing.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import type { StoredContent } from '../screening/screen-stored.ts'
import { type PlanView, showItems } from './plan-view/plan-view.ts'
import { readStoredContents } from './plan-view/stored-contents.ts'
import type { AskedBundle } from './request/asked-bundle.ts'
import { authoriseRequest } from './request/authorise-request.ts'
import { findPins } from './request/find-pins.ts'
import { newestPolicy } from './request/newest-policy.ts'
import { previewPlan } from './request/preview-plan.ts'
import { refuseStrangers } from './request/refuse-strangers.ts'
import { type RequestContent, sentAlong } from './request/request-content.ts'

export interface PromotionPreview extends PlanView {
  /** Who could sign each step now. */
  readonly signability: Signability
}

/** Production's values are for who has a role there, also through a key of the source. */
async function seesValues({ caller, stores }: ServiceContext, destination: EnvironmentId): Promise<boolean> {
  return withOrganization(stores.control, caller.organization, async (transaction) =>
    mayDo('promotion.see-values', await standingOf(transaction, caller.actor, destination)),
  )
}

async function readBefore(
  context: ServiceContext,
  { toEnvironment }: AskedBundle,
  { items }: Plan,
) {
  const store = await storeOfEnvironment(context, toEnvironment)
  const digests = items.flatMap(({ target }) => (target.baseline === null ? [] : [target.baseline.digest]))
  return withOrganization(store, context.caller.organization, (transaction) =>
    readStoredContents(transaction, digests),
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
    await authoriseRequest(transaction, caller, request)
    await refuseStrangers(transaction, request)
    return newestPolicy(transaction, request.toEnvironment)
  })
  await refuseConfidential([{ pointer: '/reason', value: request.reason }, ...sentAlong(request)])
  const pins = await findPins(context, request)
  const { plan, rendered, signability } = await previewPlan(context, {
    bundle: request,
    content: request,
    pins,
    ...routed,
    requester: caller.person,
    resubmitters: [],
    promotion: null,
    revision: 1,
  })
  const after = new Map(
    rendered.map(({ item, bytes }): [typeof item.digest, StoredContent] => [
      item.digest,
      { bytes, content: item.rendered },
    ]),
  )
  const before = await readBefore(context, request, plan)
  const reader = { seesValues: await seesValues(context, request.toEnvironment), unmask: false }
  return {
    ...plan,
    promotion: null,
    planDigest: null,
    manifest: request.manifest,
    evidence: request.evidence,
    findings: plan.findings,
    reviewers: request.reviewers,
    items: await showItems(context, plan.items, { before, after }, reader, new Set()),
    signability,
  }
}
