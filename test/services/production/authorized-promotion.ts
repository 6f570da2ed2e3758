import { v7 as uuidv7 } from 'uuid'
import type { GrantPurpose } from '../../../src/db/control/production-grant.ts'
import { identifier } from '../../../src/domain/identifiers.ts'
import type { PlanItem } from '../../../src/domain/plan/plan.ts'
import type { RevisionReference } from '../../../src/domain/promotion/revision.ts'
import type { AuthorizedItem } from '../../../src/services/asset-store.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import { stored } from '../../stores/fixture.ts'
import { appendToControl, hexadecimal, type Put, putCommand, type World, writing } from './world.ts'

const grantTypes = Object.freeze({
  land: 'promotion.authorized',
  discard: 'promotion.compensating',
  activate: 'rollout.activation-authorized',
  rollback: 'rollout.rollback-authorized',
} as const)

const step = Object.freeze({
  position: 1,
  name: 'approval',
  kind: 'approval',
  required: 1,
  groups: [],
  people: [],
  atLeastOneOf: [],
})

/** As staging held it: the source asset goes by the id of its target. */
function sourceOf({ target }: AuthorizedItem) {
  return stored({ staging: target })
}

function planned(item: AuthorizedItem): PlanItem {
  const { position, type, name, action, target: asset, baseline, digest } = item
  const source = { asset, version: 3, digest: sourceOf(item).digest }
  return {
    position,
    type,
    name,
    action,
    source,
    target: { asset, baseline },
    digest,
    bindings: [],
    adopted: false,
  }
}

async function putItem(put: Put, of: object, item: AuthorizedItem, requester: string): Promise<void> {
  const { position, type, name, action, target: asset, baseline } = item
  const source = sourceOf(item)
  const [digest, rendered] = [hexadecimal(source.digest), hexadecimal(item.digest)]
  await put('content', { digest, bytes: source.bytes })
  await put('content', { digest: rendered, bytes: item.bytes })
  const pin = { ...of, asset, type, version: 3, digest }
  await put('promotion_pin', { ...pin, position })
  await put('promotion_snapshot', { ...pin, name, editors: [requester] })
  await put('promotion_item', {
    ...of,
    position,
    type,
    name,
    action,
    source_asset: asset,
    source_version: 3,
    source_digest: digest,
    target_asset: asset,
    baseline_version: baseline?.version ?? 0,
    baseline_digest: baseline === null ? null : hexadecimal(baseline.digest),
    rendered_digest: rendered,
  })
}

/** A promotion in control that was planned and approved by somebody else, but allows nothing yet. */
export async function approvedPromotion(
  world: World,
  items: readonly AuthorizedItem[],
): Promise<RevisionReference> {
  const { organization, staging, production, requester, approver, text } = world
  const reference: RevisionReference = { organization, promotion: identifier(uuidv7()), revision: 1 }
  const { promotion, revision } = reference
  const of = { promotion, revision }
  const plan = canonicalBytes({
    format: 'countersign/plan/2',
    ...reference,
    source: { environment: staging },
    destination: { environment: production },
    requester,
    contributors: [requester],
    policy: { version: 1, rule: 1 },
    severalSteps: false,
    steps: [step],
    items: items.map(planned),
    findings: [],
    activation: 'manual',
  })
  await writing(world, async (put) => {
    const request = stored({ promotion })
    await put('content', { digest: hexadecimal(request.digest), bytes: request.bytes })
    const stream = { streamKind: 'promotion', stream: promotion }
    await put('promotion', {
      id: promotion,
      source_environment: staging,
      destination_environment: production,
      requester,
      command: await putCommand(put, requester, { ...stream, kind: 'request' }),
      reason_text: text,
      request: hexadecimal(request.digest),
      policy_version: 1,
    })
    const contributors = [requester]
    await put('promotion_revision', { ...of, plan, requester, contributors, required_decisions: 1 })
    const { atLeastOneOf, ...stepRow } = step
    await put('promotion_step', { ...of, ...stepRow, at_least_one_of: atLeastOneOf })
    for (const item of items) await putItem(put, of, item, requester)
    await put('decision', {
      ...of,
      id: uuidv7(),
      plan_digest: hexadecimal(digestOf(plan)),
      contributors,
      person: approver,
      step: 1,
      verdict: 'approve',
      meaning: 'I approve.',
      printed_name_text: text,
      comment_text: text,
      command: await putCommand(put, approver, { ...stream, kind: 'decide' }),
    })
    const entry = uuidv7()
    const planDigest = hexadecimal(digestOf(plan))
    await put('authorization', { ...of, plan_digest: planDigest, kind: 'quorum', entry })
  })
  return reference
}

/** Allows a purpose, under fences that are those of the items and `more`; gives the grant's place in control's log. */
export async function grantTo(
  world: World,
  { promotion, revision }: RevisionReference,
  items: readonly AuthorizedItem[],
  purpose: GrantPurpose,
  more = 0,
): Promise<{ readonly index: number; readonly leafHash: string }> {
  const { id: entry, ...place } = await appendToControl(world, grantTypes[purpose], `promotion/${promotion}`)
  const of = { promotion, revision, purpose }
  await writing(world, async (put) => {
    const asked = { kind: purpose, streamKind: 'rollout', stream: promotion }
    const command =
      purpose === 'activate' || purpose === 'rollback' ? await putCommand(put, world.approver, asked) : null
    await put('production_grant', { ...of, entry, command })
    for (const { position, target, fence } of items) {
      await put('production_grant_fence', { ...of, position, target_asset: target, fence: fence + more })
    }
  })
  return place
}
