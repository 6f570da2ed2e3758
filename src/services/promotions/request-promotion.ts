import { v7 as uuidv7 } from 'uuid'
import { command as commandTable } from '../../db/control/command.ts'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { promotionPin } from '../../db/control/promotion-pin.ts'
import { promotionSourceLock } from '../../db/control/promotion-source-lock.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type CommandId, type Digest, identifier, type PromotionId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import { compareText } from '../../domain/plan/compare-text.ts'
import { canonicalBytes } from '../../trust/canonical.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { Caller, ServiceContext } from '../context.ts'
import { claimKey, findClaim } from '../idempotency/claim-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { commandFingerprint } from '../stories/command-fingerprint.ts'
import { startStory } from '../stories/start-story.ts'
import type { Pin } from './preflight/request-document.ts'
import type { AskedBundle } from './request/asked-bundle.ts'
import { authoriseRequest } from './request/authorise-request.ts'
import { endpointsElsewhere } from './request/endpoints-elsewhere.ts'
import { findPins } from './request/find-pins.ts'
import { newestPolicy } from './request/newest-policy.ts'
import { refuseOpenPromotion } from './request/open-promotion.ts'
import { previewPlan } from './request/preview-plan.ts'
import { refuseHopeless } from './request/refuse-hopeless.ts'
import { refuseStrangers } from './request/refuse-strangers.ts'
import { type RequestContent, sentAlong, storeRequestContent } from './request/request-content.ts'

export interface PromotionRequest extends AskedBundle, RequestContent {
  readonly reason: string
  /** A draft holds no lock and tells nobody until it is submitted. */
  readonly draft: boolean
  readonly idempotency: { readonly key: string; readonly fingerprint: Digest }
}

export interface RequestedPromotion {
  readonly promotion: PromotionId
  readonly replayed: boolean
}

async function insertPins(
  transaction: Transaction,
  { toEnvironment, draft }: PromotionRequest,
  promotion: PromotionId,
  pins: readonly Pin[],
): Promise<void> {
  const { organization } = transaction
  const rows = pins.map((pin, place) => ({
    organization,
    promotion,
    revision: 1,
    position: place + 1,
    ...pin,
  }))
  await insertRows(transaction, promotionPin, rows)
  if (draft) return
  // In the order of ids, so that two requests for the same assets meet at the first one instead of in a deadlock.
  const locks = pins.map(({ asset }) => asset).sort(compareText)
  await insertRows(
    transaction,
    promotionSourceLock,
    locks.map((asset) => ({ organization, asset, destinationEnvironment: toEnvironment, promotion })),
  )
}

async function insertCommand(
  context: ServiceContext,
  transaction: Transaction,
  request: PromotionRequest,
  promotion: PromotionId,
  given: JsonObject,
): Promise<CommandId> {
  const { caller } = context
  const { idempotency, ...asReceived } = request
  const command = identifier<CommandId>(uuidv7())
  await insertRows(transaction, commandTable, [
    {
      organization: transaction.organization,
      id: command,
      streamKind: 'promotion',
      stream: promotion,
      kind: 'request',
      person: caller.person,
      actor: caller.actor,
      apiKey: caller.key,
      arguments: canonicalBytes(given),
      fingerprint: commandFingerprint(context, 'request', JSON.parse(JSON.stringify(asReceived))),
    },
  ])
  return command
}

async function store(
  context: ServiceContext,
  transaction: Transaction,
  request: PromotionRequest,
  pins: readonly Pin[],
  usedElsewhere: readonly Digest[],
): Promise<RequestedPromotion> {
  const { organization } = transaction
  const { caller } = context
  // Once more, now that the rights it rests on stay as they are until all of it is stored.
  await authoriseRequest(transaction, caller, request)
  const promotion = identifier<PromotionId>(uuidv7())
  const claimed = await claimKey(transaction, {
    actor: caller.actor,
    operation: 'request-promotion',
    ...request.idempotency,
    resource: promotion,
  })
  if (claimed.kind === 'replay') return { promotion: identifier(claimed.resource), replayed: true }
  const { fromEnvironment, toEnvironment, draft } = request
  const { policyVersion } = await newestPolicy(transaction, toEnvironment)
  const asked = await storeRequestContent(transaction, request, usedElsewhere)
  const reason = await saveText(transaction, request.reason)
  const given = { request: asked, reasonText: reason.text }
  const command = await insertCommand(context, transaction, request, promotion, given)
  await insertRows(transaction, promotionTable, [
    {
      organization,
      id: promotion,
      sourceEnvironment: fromEnvironment,
      destinationEnvironment: toEnvironment,
      requester: caller.person,
      command,
      reasonText: reason.text,
      request: asked,
      policyVersion,
      draft,
    },
  ])
  await insertPins(transaction, request, promotion, pins)
  await appendEntries(transaction, [
    {
      type: draft ? 'promotion.drafted' : 'promotion.requested',
      subject: `promotion/${promotion}`,
      actor: entryActor(caller),
      environment: toEnvironment,
      promotion,
      details: {
        source: fromEnvironment,
        policyVersion,
        request: asked,
        reason,
        assets: pins.map(({ asset, type, version, digest }) => ({ asset, type, version, digest })),
      },
    },
  ])
  return { promotion, replayed: false }
}

/** The request that was stored with this key before; undefined where there is none. */
async function storedBefore(
  transaction: Transaction,
  { actor }: Caller,
  { idempotency }: PromotionRequest,
): Promise<RequestedPromotion | undefined> {
  const claim = { actor, operation: 'request-promotion', ...idempotency }
  const earlier = await findClaim(transaction, claim)
  return earlier && { promotion: identifier<PromotionId>(earlier.resource), replayed: true }
}

/**
 * Asks for a promotion of pinned versions. Everything about it is stored in one transaction, with the locks that keep
 * other promotions of the same assets away; then its workflow is started, now or by the relay. What could never be
 * carried out is refused at once.
 *
 * @throws Refused naming the rule: direction, types, versions, rights, what makes it hopeless, or the promotion that is
 *   open already.
 */
export async function requestPromotion(
  context: ServiceContext,
  request: PromotionRequest,
): Promise<RequestedPromotion> {
  const { caller, stores } = context
  const { before, routed } = await withOrganization(
    stores.control,
    caller.organization,
    async (transaction) => {
      await authoriseRequest(transaction, caller, request)
      await refuseStrangers(transaction, request)
      return {
        before: await storedBefore(transaction, caller, request),
        routed: await newestPolicy(transaction, request.toEnvironment),
      }
    },
  )
  if (before !== undefined) return before
  await refuseConfidential([{ pointer: '/reason', value: request.reason }, ...sentAlong(request)])
  const pins = await findPins(context, request)
  const usedElsewhere = await endpointsElsewhere(context, request.bindings)
  const { plan } = await previewPlan(context, {
    bundle: request,
    content: request,
    usedElsewhere,
    pins,
    ...routed,
    requester: caller.person,
    resubmitters: [],
    promotion: null,
    revision: 1,
  })
  // What a draft lacks may come before it is submitted.
  if (!request.draft) refuseHopeless(plan, request)
  const assets = pins.map(({ asset }) => asset)
  const requested = await withOrganization(stores.control, caller.organization, (transaction) =>
    store(context, transaction, request, pins, usedElsewhere),
  ).catch((error: unknown) => refuseOpenPromotion(context, error, assets, request.toEnvironment))
  await startStory(context, { organization: caller.organization, kind: 'promotion', id: requested.promotion })
  return requested
}
