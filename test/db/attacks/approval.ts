import { v7 as uuidv7 } from 'uuid'
import { storeOrigin } from '../../../src/db/stores.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { canonicalBytes, sha256 } from '../../../src/trust/canonical.ts'
import { installation } from '../../support/cluster.ts'
import { type Attempt, attack } from './attack.ts'
import { as, breakGlass, type World } from './fixture.ts'
import { hexadecimal, type Row, type Session } from './session.ts'
import { type Planned, plannedPromotion, putCommand, putPlan, rowsOf } from './story.ts'

export function planDigest({ plan }: Planned): Buffer {
  return Buffer.from(sha256(canonicalBytes(plan)))
}

/** An honest approval of one step by a person who gave this command. */
export function decisionRow(planned: Planned, person: PersonId, step: number, command: string): Row {
  const { id, plan, world } = planned
  return {
    id: uuidv7(),
    promotion: id,
    revision: plan.revision,
    plan_digest: planDigest(planned),
    contributors: plan.contributors,
    person,
    step,
    verdict: 'approve',
    meaning: 'I approve this plan.',
    printed_name_text: world.text,
    comment_text: world.text,
    command,
  }
}

/** A person asks, through the API, to decide on a promotion, or to override its approvals. */
export function askToDecide(
  { world, id }: Pick<Planned, 'world' | 'id'>,
  person: PersonId,
  kind: 'decide' | 'override' = 'decide',
): Promise<string> {
  return as(world, 'api', (session) => putCommand(session, person, { kind, stream: id }))
}

/** The review that an override comes with. */
export function reviewRow({ id, plan }: Planned, override: Row): Row {
  return {
    id: override.id,
    promotion: id,
    revision: plan.revision,
    person: override.person,
    contributors: plan.contributors,
    break_glass_group: breakGlass.group,
    review_within: breakGlass.reviewWithin,
  }
}

/** A person decides, on both ways: the API stores the command and control's worker the decision. Gives its id. */
export async function decideOn(
  planned: Planned,
  person: PersonId,
  step: number,
  change: Row = {},
): Promise<string> {
  const kind = change.verdict === 'override' ? 'override' : 'decide'
  const row = decisionRow(planned, person, step, await askToDecide(planned, person, kind))
  await as(planned.world, 'worker_control', async (session) => {
    await session.put('decision', { ...row, ...change })
    if (kind === 'override') await session.put('override_review', reviewRow(planned, row))
    await session.append('promotion.decided', `promotion/${planned.id}`)
  })
  return String(row.id)
}

export function authorizationRow(planned: Planned, entry = uuidv7()): Row {
  const { id: promotion, plan } = planned
  return { promotion, revision: plan.revision, plan_digest: planDigest(planned), kind: 'quorum', entry }
}

/** Control's worker allows production to land, under fence 1 for every target. */
export async function putGrant(
  session: Session,
  planned: Planned,
  purpose: string,
  entry: string,
): Promise<void> {
  const of = { promotion: planned.id, revision: planned.plan.revision, purpose }
  await session.put('production_grant', { ...of, entry })
  for (const { position, target } of planned.items) {
    await session.put('asset_fence', { asset: target, fence: 1 })
    await session.put('production_grant_fence', { ...of, position, target_asset: target, fence: 1 })
  }
}

export async function authorize(planned: Planned): Promise<void> {
  const entry = uuidv7()
  await as(planned.world, 'worker_control', async (session) => {
    await session.put('authorization', authorizationRow(planned, entry))
    await putGrant(session, planned, 'land', entry)
    await session.append('promotion.authorized', `promotion/${planned.id}`, {}, entry)
  })
}

/** Control's worker tries to authorize a plan. */
export function authorizing(planned: Planned, change: Row = {}): Promise<Attempt> {
  const { stores, organization } = planned.world
  return attack({ stores, login: 'worker_control', organization }, (session) =>
    session.put('authorization', { ...authorizationRow(planned), ...change }),
  )
}

/** Control's worker takes a decision back, as its person asked. */
export async function withdraw(world: World, decision: string): Promise<void> {
  await as(world, 'worker_control', (session) =>
    session.query('UPDATE decision SET withdrawn_at = clock_timestamp() WHERE id = $1', [decision]),
  )
}

/** Control's worker records that somebody asked for a second revision. */
export async function resubmit(
  { world, id }: Pick<Planned, 'world' | 'id'>,
  person: PersonId,
): Promise<void> {
  const command = await as(world, 'api', (session) =>
    putCommand(session, person, { kind: 'resubmit', stream: id }),
  )
  await as(world, 'worker_control', (session) =>
    session.query(
      `INSERT INTO promotion_resubmission (organization, promotion, revision, person, command, request, reason_text)
       SELECT organization, id, 2, $2, $3, request, reason_text FROM promotion WHERE id = $1`,
      [id, person, command],
    ),
  )
}

/** The second revision pins what the first one does. */
export function copyPins(session: Session, { id }: Pick<Planned, 'id'>): Promise<unknown> {
  return session.query(
    `INSERT INTO promotion_pin SELECT organization, promotion, 2, position, asset, type, version, digest
     FROM promotion_pin WHERE promotion = $1`,
    [id],
  )
}

/** And staging holds what it held. */
export function copySnapshots(session: Session, { id }: Pick<Planned, 'id'>): Promise<unknown> {
  return session.query(
    `INSERT INTO promotion_snapshot SELECT organization, promotion, 2, asset, type, version, digest, name, editors
     FROM promotion_snapshot WHERE promotion = $1`,
    [id],
  )
}

/** A second revision of the same pins, which makes the first one an older plan. */
export async function planAgain(planned: Planned): Promise<Planned> {
  const { world } = planned
  const plan = { ...planned.plan, revision: 2 }
  const rows = rowsOf(plan)
  await resubmit(planned, world.requester)
  await as(world, 'worker_control', (session) => copyPins(session, planned))
  await as(world, 'worker_staging', (session) => copySnapshots(session, planned))
  await as(world, 'worker_control', (session) => putPlan(session, rows))
  return { ...planned, plan, rows }
}

/** A promotion that two people approved. */
export async function approvedPromotion(world: World): Promise<Planned> {
  const planned = await plannedPromotion(world)
  await decideOn(planned, world.approverOne, 1)
  await decideOn(planned, world.approverTwo, 2)
  return planned
}

/** A promotion that two people approved and control authorized. */
export async function authorizedPromotion(world: World): Promise<Planned> {
  const planned = await approvedPromotion(world)
  await authorize(planned)
  return planned
}

export function receiptRow({ id, plan, items, world }: Planned, position: number): Row {
  const item = items.find((candidate) => candidate.position === position)
  if (item === undefined) throw new RangeError(`no item ${position}`)
  return {
    promotion: id,
    revision: plan.revision,
    position,
    landed_digest: hexadecimal(item.rendered.digest),
    landed_version: 1,
    landing_origin: `${storeOrigin(installation, 'production')}/${world.organization}`,
    landing_index: position - 1,
    landing_leaf_hash: hexadecimal('ab'.repeat(32)),
  }
}

export function associationRow({ id, plan, items, world }: Planned, position: number): Row {
  const item = items.find((candidate) => candidate.position === position)
  if (item === undefined) throw new RangeError(`no item ${position}`)
  return {
    source_asset: item.asset,
    destination_environment: world.production,
    target_asset: item.target,
    source_version: 7,
    source_digest: hexadecimal(item.source.digest),
    target_version: 1,
    target_digest: hexadecimal(item.rendered.digest),
    promotion: id,
    revision: plan.revision,
    position,
  }
}

/** Production's worker tells control what landed. */
export async function receive(planned: Planned): Promise<void> {
  await as(planned.world, 'worker_production', async (session) => {
    for (const { position } of planned.items) await session.put('receipt', receiptRow(planned, position))
    await session.append('promotion.receipted', `promotion/${planned.id}`)
  })
}
