import { expect } from 'vitest'
import { withOrganization } from '../../../src/db/transaction.ts'
import { identifier, type OrganizationId } from '../../../src/domain/identifiers.ts'
import { isFinished, type PromotionPhase } from '../../../src/domain/promotion/state.ts'
import { promotionRules } from '../../../src/services/promotions/story/promotion-rules.ts'
import type { Deployment } from './deployment.ts'
import { eventually } from './eventually.ts'
import { expectWholeLogs } from './logs.ts'

interface PromotionRow {
  readonly organization: string
  readonly id: string
  readonly state: PromotionPhase
  readonly revision: number
  readonly step: number
  readonly plan_digest: Buffer | null
  readonly expires_at: Date | null
  readonly failure: string | null
}

async function expectAnswers({ stores }: Deployment): Promise<void> {
  const control = stores.superuser('control')
  const unanswered = `select command.id, command.kind from command where kind <> 'request' and stream_kind <> 'production-command'
    and (select count(*) from answer where answer.organization = command.organization
      and answer.stream_kind = command.stream_kind and answer.stream = command.stream
      and answer.command = command.id::text) <> 1`
  await eventually('every command has its one answer', async () => {
    const { rows } = await control.query(unanswered)
    return rows.length === 0
  })
}

async function expectContiguousStories({ stores }: Deployment): Promise<void> {
  const { rows } = await stores.superuser('control').query(
    `select stream.kind, stream.id from stream where seq <> (select count(*) from stream_event as event
       where event.organization = stream.organization and event.stream_kind = stream.kind and event.stream = stream.id)
     or seq <> (select coalesce(max(event.seq), 0) from stream_event as event
       where event.organization = stream.organization and event.stream_kind = stream.kind and event.stream = stream.id)`,
  )
  expect(rows).toEqual([])
}

async function expectProjection({ stores }: Deployment, row: PromotionRow): Promise<void> {
  const organization = identifier<OrganizationId>(row.organization)
  const pool = stores.pool('control', 'worker_control')
  const story = await withOrganization(pool, organization, (transaction) =>
    promotionRules.load(transaction, { organization, kind: 'promotion', id: row.id }),
  )
  const folded = story.events.reduce(promotionRules.evolve, promotionRules.begin(story.facts))
  expect({
    phase: row.state,
    revision: row.revision,
    step: row.step,
    planDigest: row.plan_digest?.toString('hex') ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    failure: row.failure,
  }).toEqual({
    phase: folded.phase,
    revision: folded.revision,
    step: folded.step,
    planDigest: folded.planDigest,
    expiresAt: folded.expiresAt,
    failure: folded.failure,
  })

  const signed = await stores.superuser('control').query<{ id: string; person: string }>(
    `select id, person from decision
       where promotion = $1 and revision = $2 and withdrawn_at is null`,
    [row.id, row.revision],
  )
  const counted = folded.decisions.map(({ id, person }) => ({ id, person }))
  expect(signed.rows.toSorted(byId)).toEqual(counted.toSorted(byId))
  expect(new Set(signed.rows.map(({ person }) => person)).size).toBe(signed.rows.length)
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1
}

async function expectLandings({ stores }: Deployment, { id, revision, state }: PromotionRow): Promise<void> {
  const production = stores.superuser('production')
  const landed = await production.query(
    'select position, version, digest from landing where promotion = $1 and revision = $2 order by position',
    [id, revision],
  )
  const versions = await production.query(
    'select asset from asset_version where promotion = $1 group by asset having count(*) > 1',
    [id],
  )
  expect(versions.rows).toEqual([])
  const received = await stores
    .superuser('control')
    .query(
      'select position, landed_version as version, landed_digest as digest from receipt where promotion = $1 and revision = $2 order by position',
      [id, revision],
    )
  if (state === 'promoted') {
    const items = await stores
      .superuser('control')
      .query('select from promotion_item where promotion = $1 and revision = $2', [id, revision])
    expect(landed.rows.length).toBe(items.rowCount)
    expect(received.rows).toEqual(landed.rows)
  } else if (isFinished(state)) {
    expect(received.rows).toEqual([])
    const discarded = await production.query('select from discard where promotion = $1', [id])
    expect(discarded.rowCount).toBe(state === 'failed' ? 1 : 0)
    if (state !== 'failed') expect(landed.rows).toEqual([])
  }
}

async function expectLocks({ stores }: Deployment, { id, state }: PromotionRow): Promise<void> {
  const { rows } = await stores.superuser('control').query(
    `select (select count(*)::int from promotion_source_lock where promotion = $1) as source,
       (select count(*)::int from promotion_target_lock where promotion = $1) as target,
       (select count(*)::int from promotion_pin where promotion = $1 and revision = 1) as pins`,
    [id],
  )
  if (isFinished(state)) expect(rows[0]).toMatchObject({ source: 0, target: 0 })
  else expect(rows[0].source).toBe(rows[0].pins)
}

/**
 * What holds after any fault: nothing lost, nothing doubled, the logs gapless. Waits for commands under way and for the
 * index; every promotion has finished or waits for people.
 */
export async function expectNothingLostOrDoubled(deployment: Deployment): Promise<void> {
  await expectAnswers(deployment)
  await expectContiguousStories(deployment)
  const { rows } = await deployment.stores
    .superuser('control')
    .query<PromotionRow>(
      'select organization, id, state, revision, step, plan_digest, expires_at, failure from promotion',
    )
  expect(rows.length).toBeGreaterThan(0)
  for (const row of rows) {
    await expectProjection(deployment, row)
    await expectLandings(deployment, row)
    await expectLocks(deployment, row)
    await eventually(`the workflow of promotion ${row.id} agrees`, async () => {
      return (await deployment.workflowStatus(row.id)) === (isFinished(row.state) ? 'COMPLETED' : 'RUNNING')
    })
  }
  await expectWholeLogs(deployment)
}
