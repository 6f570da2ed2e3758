import { and, asc, eq } from 'drizzle-orm'
import { promotionPin } from '../../../db/control/promotion-pin.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { saveText } from '../../audit/save-text.ts'
import type { ServiceContext } from '../../context.ts'
import { requireRight } from '../../people/require-right.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { type CommandResult, giveCommand } from '../../stories/give-command.ts'
import { findPromotion, type SeenPromotion } from '../find-promotion.ts'
import { readRevisionRequest } from '../preflight/revision-request.ts'
import type { AskedAsset, AskedBundle } from '../request/asked-bundle.ts'
import { authoriseRequest } from '../request/authorise-request.ts'
import { earlierContent } from '../request/earlier-content.ts'
import { endpointsElsewhere } from '../request/endpoints-elsewhere.ts'
import { findPins } from '../request/find-pins.ts'
import { previewPlan } from '../request/preview-plan.ts'
import { refuseHopeless } from '../request/refuse-hopeless.ts'
import { refuseStrangers } from '../request/refuse-strangers.ts'
import { type RequestContent, sentAlong, storeRequestContent } from '../request/request-content.ts'
import { readRoutedPromotion } from '../story/read-routed-promotion.ts'
import { writersOf } from '../writers-of.ts'
import { refuseEnded } from './refuse-ended.ts'

export interface Resubmission {
  readonly promotion: PromotionId
  /** Without any, those of the revision before, in their newest versions. */
  readonly promotingAssets: readonly AskedAsset[] | undefined
  /** What is left out stays as it was. */
  readonly content: Partial<RequestContent>
  readonly reason: string
  readonly asReceived: JsonObject
  readonly idempotencyKey: string
}

async function earlierAssets(
  transaction: Transaction,
  { asked }: SeenPromotion,
): Promise<readonly AskedAsset[]> {
  return transaction
    .select({ id: promotionPin.asset, type: promotionPin.type })
    .from(promotionPin)
    .where(
      and(
        eq(promotionPin.organization, transaction.organization),
        eq(promotionPin.promotion, asked.id),
        eq(promotionPin.revision, asked.revision),
      ),
    )
    .orderBy(asc(promotionPin.position))
}

async function readBundle(context: ServiceContext, resubmission: Resubmission) {
  const { caller, stores } = context
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const seen = await findPromotion(transaction, caller, resubmission.promotion)
    const { asked, through } = seen
    await requireRight(transaction, caller, 'promotion.request', {
      through,
      environment: asked.sourceEnvironment,
      writableBy: await writersOf(transaction, asked.id),
    })
    const earlier = await readRevisionRequest(transaction, asked, asked.revision)
    const content: RequestContent = {
      ...(await earlierContent(transaction, earlier)),
      ...resubmission.content,
    }
    const bundle: AskedBundle = {
      promotingAssets: resubmission.promotingAssets ?? (await earlierAssets(transaction, seen)),
      fromEnvironment: asked.sourceEnvironment,
      toEnvironment: asked.destinationEnvironment,
      bindings: content.bindings,
    }
    await authoriseRequest(transaction, caller, bundle)
    await refuseStrangers(transaction, { ...bundle, ...content })
    const { policy } = await readRoutedPromotion(transaction, asked.id)
    return { asked, content, bundle, policy, resubmitters: earlier.resubmitters }
  })
}

/**
 * A new revision of a promotion, with other versions, bindings or words. It is planned anew; what was decided before stays
 * visible and counts no more. Whoever resubmits contributes.
 *
 * @throws Refused for whatever a request is refused for, and where there is nothing to resubmit.
 */
export async function resubmitPromotion(
  context: ServiceContext,
  resubmission: Resubmission,
): Promise<CommandResult> {
  const { caller } = context
  const { promotion, reason, asReceived, idempotencyKey } = resubmission
  const { asked, content, bundle, policy, resubmitters } = await readBundle(context, resubmission)
  await refuseConfidential([{ pointer: '/reason', value: reason }, ...sentAlong(content)])
  const pins = await findPins(context, bundle)
  const usedElsewhere = await endpointsElsewhere(context, content.bindings)
  const { plan } = await previewPlan(context, {
    bundle,
    content,
    usedElsewhere,
    pins,
    policy,
    policyVersion: asked.policyVersion,
    requester: asked.requester,
    resubmitters: [...resubmitters, caller.person],
    promotion,
    revision: asked.revision + 1,
  })
  return giveCommand(context, {
    stream: { organization: caller.organization, kind: 'promotion', id: promotion },
    kind: 'resubmit',
    asReceived,
    idempotencyKey,
    async prepare(transaction) {
      refuseEnded(asked, 'resubmit')
      refuseHopeless(plan, bundle)
      const request = await storeRequestContent(transaction, content, usedElsewhere, pins)
      const reasonText = await saveText(transaction, reason)
      return { revision: asked.revision + 1, request, reasonText: reasonText.text }
    },
  })
}
