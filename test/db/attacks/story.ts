import { v7 as uuidv7 } from 'uuid'
import {
  type AssetId,
  type Digest,
  digest,
  identifier,
  type PromotionId,
} from '../../../src/domain/identifiers.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { assemblePlan } from '../../../src/domain/plan/assemble-plan.ts'
import type { Plan, VersionPin } from '../../../src/domain/plan/plan.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import { as, noSecret, policySteps, type World } from './fixture.ts'
import { hexadecimal, type Row, type Session } from './session.ts'

interface Stored {
  readonly bytes: Uint8Array
  readonly digest: Digest
}

export interface Item {
  readonly position: number
  readonly type: string
  readonly asset: AssetId
  readonly target: AssetId
  readonly baseline: VersionPin | null
  readonly source: Stored
  readonly rendered: Stored
}

/** A promotion of two assets: one that production does not have yet, and one that it has. */
export interface Promotion {
  readonly world: World
  readonly id: PromotionId
  readonly items: readonly Item[]
}

/** Its first plan, with the rows that have to say the same. */
export interface Planned extends Promotion {
  readonly plan: Plan
  readonly rows: PlanRows
}

export interface PlanRows {
  readonly revision: Row
  readonly items: readonly Row[]
  readonly steps: readonly Row[]
}

export function stored(value: JsonObject): Stored {
  const bytes = canonicalBytes(value)
  return { bytes, digest: digest(digestOf(bytes)) }
}

const usualType = 'config-modifier-set'

function itemAt(position: number, baseline: VersionPin | null, type = usualType): Item {
  const asset = identifier<AssetId>(uuidv7())
  return {
    position,
    type,
    asset,
    target: identifier(uuidv7()),
    baseline,
    source: stored({ asset }),
    rendered: stored({ asset, rendered: true }),
  }
}

/** Stores what somebody asks for, with their own key. */
export async function putCommand(
  session: Session,
  person: string,
  asked: {
    readonly kind: string
    readonly stream: string
    readonly streamKind?: string
    readonly actor?: string
    readonly arguments?: Uint8Array
  },
): Promise<string> {
  const id = uuidv7()
  const { kind, stream, streamKind = 'promotion', actor = person } = asked
  const given = { arguments: asked.arguments ?? canonicalBytes({}), fingerprint: noSecret }
  await session.put('command', {
    id,
    stream_kind: streamKind,
    stream,
    kind,
    person,
    actor,
    api_key: actor,
    ...given,
  })
  return id
}

/** The row of a promotion that the requester asks for, unless it says otherwise. */
export async function promotionRow(session: Session, world: World, id: string): Promise<Row> {
  const request = stored({ promotion: id })
  await session.put('content', { digest: hexadecimal(request.digest), bytes: request.bytes })
  return {
    id,
    source_environment: world.staging,
    destination_environment: world.production,
    requester: world.requester,
    command: await putCommand(session, world.requester, { kind: 'request', stream: id }),
    reason_text: world.text,
    request: hexadecimal(request.digest),
    policy_version: 1,
  }
}

/** The API stores a request, its pins and its locks. The second asset is of the type given. */
export async function requestPromotion(
  world: World,
  policyVersion = 1,
  type = usualType,
): Promise<Promotion> {
  const id = identifier<PromotionId>(uuidv7())
  const items = [itemAt(1, null), itemAt(2, { version: 3, digest: stored({ before: id }).digest }, type)]
  await as(world, 'api', async (session) => {
    const row = await promotionRow(session, world, id)
    await session.put('promotion', { ...row, policy_version: policyVersion })
    for (const { position, type: own, asset, source } of items) {
      const pin = { promotion: id, revision: 1, position, asset, type: own, version: 7 }
      await session.put('promotion_pin', { ...pin, digest: hexadecimal(source.digest) })
      const lock = { asset, destination_environment: world.production, promotion: id }
      await session.put('promotion_source_lock', lock)
    }
    await session.append('promotion.requested', `promotion/${id}`)
  })
  return { world, id, items }
}

/** The snapshot of one pinned version, as staging's worker writes it. */
export function snapshotRow({ id, world }: Promotion, { type, asset, source }: Item): Row {
  const pin = { promotion: id, revision: 1, asset, type, version: 7 }
  return { ...pin, digest: hexadecimal(source.digest), name: 'Results', editors: [world.editor] }
}

export async function putSourceContent(session: Session, { items }: Promotion): Promise<void> {
  for (const { source } of items) {
    await session.put('content', { digest: hexadecimal(source.digest), bytes: source.bytes })
  }
}

/** Staging's worker freezes the pinned bytes. */
export async function freeze(promotion: Promotion): Promise<Promotion> {
  await as(promotion.world, 'worker_staging', async (session) => {
    await putSourceContent(session, promotion)
    for (const item of promotion.items) await session.put('promotion_snapshot', snapshotRow(promotion, item))
  })
  return promotion
}

export function planOf({ world, id, items }: Promotion): Plan {
  return assemblePlan({
    organization: world.organization,
    promotion: id,
    revision: 1,
    source: { environment: world.staging },
    destination: { environment: world.production },
    requester: world.requester,
    contributors: [world.requester, world.editor],
    policy: { version: 1, rule: 1 },
    risk: 'low',
    severalSteps: false,
    steps: policySteps.map(({ approvals, ...step }) => ({
      ...step,
      required: approvals,
      people: [],
      atLeastOneOf: [],
    })),
    items: items.map(({ type, asset, target, baseline, source, rendered }) => ({
      type,
      name: 'Results',
      associated: baseline !== null,
      adopted: false,
      source: { asset, version: 7, digest: source.digest },
      target: { asset: target, baseline },
      digest: rendered.digest,
      bindings: [],
    })),
    dependencies: [],
    findings: [],
    manifest: null,
    evidence: [],
    notBefore: null,
    activation: 'manual',
    expiresAfter: 'P7D',
  })
}

/** The rows that say what a plan says. */
export function rowsOf(plan: Plan): PlanRows {
  const { promotion, revision, requester, contributors } = plan
  const of = { promotion, revision }
  const required_decisions = plan.steps.reduce(
    (sum, { kind, required }) => sum + (kind === 'external' ? 0 : required),
    0,
  )
  return {
    revision: { ...of, plan: canonicalBytes(plan), requester, contributors, required_decisions },
    steps: plan.steps.map(({ atLeastOneOf, publicKey = '', ...step }) => ({
      ...{ ...of, ...step },
      ...{ at_least_one_of: atLeastOneOf, public_key: publicKey },
    })),
    items: plan.items.map(({ position, type, name, action, source, target, digest: rendered }) => ({
      ...{ ...of, position, type, name, action },
      source_asset: source.asset,
      source_version: source.version,
      source_digest: hexadecimal(source.digest),
      target_asset: target.asset,
      baseline_version: target.baseline?.version ?? 0,
      baseline_digest: target.baseline === null ? null : hexadecimal(target.baseline.digest),
      rendered_digest: hexadecimal(rendered),
    })),
  }
}

export async function putPlan(session: Session, { revision, items, steps }: PlanRows): Promise<void> {
  await session.put('promotion_revision', revision)
  for (const item of items) await session.put('promotion_item', item)
  for (const step of steps) await session.put('promotion_step', step)
}

export async function putRenderedContent(session: Session, { items }: Promotion): Promise<void> {
  for (const { rendered } of items) {
    await session.put('content', { digest: hexadecimal(rendered.digest), bytes: rendered.bytes })
  }
}

/** Control's worker freezes a plan with its rows. */
export async function planPromotion(promotion: Promotion, plan = planOf(promotion)): Promise<Planned> {
  const { world, id, items } = promotion
  const rows = rowsOf(plan)
  await as(world, 'worker_control', async (session) => {
    await putRenderedContent(session, promotion)
    await session.put('plan_draft', { promotion: id, revision: 1, plan: canonicalBytes(plan) })
    await putPlan(session, rows)
    for (const { target } of items)
      await session.put('promotion_target_lock', { asset: target, promotion: id })
    await session.append('promotion.planned', `promotion/${id}`)
  })
  return { ...promotion, plan, rows }
}

/** A promotion up to its plan, on which nobody has decided yet. */
export async function plannedPromotion(world: World): Promise<Planned> {
  return planPromotion(await freeze(await requestPromotion(world)))
}
