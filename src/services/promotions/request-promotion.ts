import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { command as commandTable } from '../../db/control/command.ts'
import { policy as policyTable } from '../../db/control/policy.ts'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { promotionPin } from '../../db/control/promotion-pin.ts'
import { promotionSourceLock } from '../../db/control/promotion-source-lock.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { parsePointer } from '../../domain/asset/json/pointer.ts'
import {
  type AssetId,
  type CommandId,
  type Digest,
  type EnvironmentId,
  identifier,
  type PromotionId,
} from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Binding } from '../../domain/plan/binding.ts'
import { canonicalBytes } from '../../trust/canonical.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import { saveContent } from '../content/save-content.ts'
import type { ServiceContext } from '../context.ts'
import { claimKey } from '../idempotency/claim-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { Refused } from '../refused.ts'
import { refuseConfidential, type SentAlong } from '../screening/refuse-confidential.ts'
import { commandFingerprint } from '../stories/command-fingerprint.ts'
import { startStory } from '../stories/start-story.ts'
import { authoriseRequest } from './authorise-request.ts'
import { type AskedAsset, findPins, type Pin } from './find-pins.ts'
import { refuseOpenPromotion } from './open-promotion.ts'

export interface PromotionRequest {
  readonly promotingAssets: readonly AskedAsset[]
  readonly fromEnvironment: EnvironmentId
  readonly toEnvironment: EnvironmentId
  readonly reason: string
  readonly bindings: readonly Binding[]
  readonly manifest?: JsonObject | undefined
  readonly idempotency: { readonly key: string; readonly fingerprint: Digest }
}

export interface RequestedPromotion {
  readonly promotion: PromotionId
  readonly replayed: boolean
}

async function newestPolicy(transaction: Transaction, environment: EnvironmentId): Promise<number> {
  const rows = await transaction
    .select({ version: policyTable.version })
    .from(policyTable)
    .where(
      and(eq(policyTable.organization, transaction.organization), eq(policyTable.environment, environment)),
    )
  const versions = rows.map(({ version }) => version)
  if (versions.length === 0) {
    throw new Refused(
      'illegal-state',
      'The destination has no policy, so nobody could approve. Set one first.',
    )
  }
  return Math.max(...versions)
}

async function store(
  context: ServiceContext,
  transaction: Transaction,
  request: PromotionRequest,
  pins: readonly Pin[],
): Promise<RequestedPromotion> {
  const { organization } = transaction
  const { caller } = context
  // Once more, now that the rights it rests on stay as they are until all of it is stored.
  await authoriseRequest(transaction, caller, request)
  const { key, fingerprint } = request.idempotency
  const promotion = identifier<PromotionId>(uuidv7())
  const claimed = await claimKey(transaction, {
    actor: caller.actor,
    operation: 'request-promotion',
    key,
    fingerprint,
    resource: promotion,
  })
  if (claimed.kind === 'replay') return { promotion: identifier(claimed.resource), replayed: true }
  const policyVersion = await newestPolicy(transaction, request.toEnvironment)
  const manifest = request.manifest && (await saveContent(transaction, canonicalBytes(request.manifest)))
  const document = canonicalBytes({
    bindings: request.bindings as never,
    manifest: manifest ?? null,
  })
  const asked = await saveContent(transaction, document)
  const reason = await saveText(transaction, request.reason)
  const command = identifier<CommandId>(uuidv7())
  await insertRows(transaction, commandTable, [
    {
      organization,
      id: command,
      streamKind: 'promotion',
      stream: promotion,
      kind: 'request',
      person: caller.person,
      actor: caller.actor,
      apiKey: caller.key,
      arguments: canonicalBytes({ request: asked, reasonText: reason.text }),
      fingerprint: commandFingerprint(context, 'request', {
        from: request.fromEnvironment,
        to: request.toEnvironment,
        request: asked,
        reason: request.reason,
        assets: pins.map(({ asset, type, version }) => ({ asset, type, version })),
      }),
    },
  ])
  await insertRows(transaction, promotionTable, [
    {
      organization,
      id: promotion,
      sourceEnvironment: request.fromEnvironment,
      destinationEnvironment: request.toEnvironment,
      requester: caller.person,
      command,
      reasonText: reason.text,
      request: asked,
      policyVersion,
    },
  ])
  const pinned = pins.map((pin, place) => ({
    organization,
    promotion,
    revision: 1,
    position: place + 1,
    ...pin,
  }))
  await insertRows(transaction, promotionPin, pinned)
  // In the order of ids, so that two requests for the same assets meet at the first one instead of in a deadlock.
  const locks = [...pins].sort((left, right) => (left.asset < right.asset ? -1 : 1))
  await insertRows(
    transaction,
    promotionSourceLock,
    locks.map(({ asset }) => ({
      organization,
      asset,
      destinationEnvironment: request.toEnvironment,
      promotion,
    })),
  )
  await appendEntries(transaction, [
    {
      type: 'promotion.requested',
      subject: `promotion/${promotion}`,
      actor: entryActor(caller),
      environment: request.toEnvironment,
      promotion,
      details: {
        source: request.fromEnvironment,
        policyVersion,
        request: asked,
        reason,
        assets: pins.map(({ asset, type, version, digest }) => ({ asset, type, version, digest })),
      },
    },
  ])
  return { promotion, replayed: false }
}

/** A binding's value goes by the name of the place that it fills. */
function sentWithBinding(binding: Binding, place: number): readonly SentAlong[] {
  if (binding.kind === 'reference') return []
  const name = parsePointer(binding.pointer).findLast((token) => !/^[0-9]{1,9}$/.test(token))
  const below = `/bindings/${place}`
  return [
    { pointer: `${below}/pointer`, value: binding.pointer },
    { pointer: `${below}/value`, value: binding.value, ...(name === undefined ? {} : { name }) },
  ]
}

/**
 * Asks for a promotion of pinned versions. Everything about it is stored in one transaction, with the locks that keep
 * other promotions of the same assets away; then its workflow is started, now or by the relay.
 *
 * @throws Refused naming the rule: direction, types, versions, rights, or the promotion that is open already.
 */
export async function requestPromotion(
  context: ServiceContext,
  request: PromotionRequest,
): Promise<RequestedPromotion> {
  const { caller, stores } = context
  await withOrganization(stores.control, caller.organization, (transaction) =>
    authoriseRequest(transaction, caller, request),
  )
  const { reason, manifest, bindings } = request
  await refuseConfidential([
    { pointer: '/reason', value: reason },
    { pointer: '/manifest', value: manifest },
    ...bindings.flatMap(sentWithBinding),
  ])
  const pins = await findPins(context, request)
  const assets = pins.map(({ asset }): AssetId => asset)
  const requested = await withOrganization(stores.control, caller.organization, (transaction) =>
    store(context, transaction, request, pins),
  ).catch((error: unknown) => refuseOpenPromotion(context, error, assets, request.toEnvironment))
  await startStory(context, { organization: caller.organization, kind: 'promotion', id: requested.promotion })
  return requested
}
