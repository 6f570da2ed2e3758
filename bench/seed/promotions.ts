import { v7 as uuidv7 } from 'uuid'
import { type AssetId, digest, identifier, type PromotionId } from '../../src/domain/identifiers.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { assemblePlan } from '../../src/domain/plan/assemble-plan.ts'
import { canonicalBytes, digestOf } from '../../src/trust/canonical.ts'
import type { Ground } from '../harness/ground.ts'
import { keyIn, newTenant, type Tenant } from '../harness/tenant.ts'

const batch = 10_000

/** How many promotions of each organization wait for the owner, whatever else it has. */
export const waiting = 20

/** An organization with so many finished promotions, and its owner's key of production. */
export interface PromotedTenant extends Tenant {
  readonly finished: number
  readonly production: string
}

const valueSet = (edition: string): JsonObject => ({
  values: Array.from({ length: 20 }, (_, place) => ({
    value: `${place % 5 === 0 ? edition : 'kept'} ${place}`,
  })),
})

const before = canonicalBytes(valueSet('before'))
const after = canonicalBytes(valueSet('after'))

/** The plan of a promotion in canonical bytes; every promotion of the organization has the same but for its own id. */
function planOf(
  { organization, environments }: Tenant,
  promotion: PromotionId,
  asset: AssetId,
  target: AssetId,
) {
  const requester = identifier<never>(uuidv7())
  const baseline = { version: 1, digest: digest(digestOf(before)) }
  const plan = assemblePlan({
    organization,
    promotion,
    revision: 1,
    source: { environment: environments.staging },
    destination: { environment: environments.production },
    requester,
    contributors: [requester],
    policy: { version: 1, rule: 1 },
    risk: 'low',
    severalSteps: false,
    steps: [{ name: 'approval', kind: 'approval', required: 1, groups: [], people: [], atLeastOneOf: [] }],
    items: [
      {
        type: 'valueSet',
        name: 'Seeded',
        associated: true,
        source: { asset, version: 1, digest: digest(digestOf(after)) },
        target: { asset: target, baseline },
        adopted: false,
        digest: digest(digestOf(after)),
        bindings: [],
      },
    ],
    dependencies: [],
    findings: [],
    manifest: null,
    evidence: [],
    notBefore: null,
    activation: 'manual',
    expiresAfter: 'P7D',
  })
  return { requester, bytes: Buffer.from(canonicalBytes(plan)) }
}

// One statement for each batch: a promotion with its text, pin, plan, step, item, signature and rollout.
const intoControl = `
  WITH planned AS (
    SELECT uuidv7() AS id, uuidv7() AS command, uuidv7() AS vote, uuidv7() AS words FROM generate_series(1, $2::int)
  ), made AS (
    SELECT *, convert_to(replace($3::text, $4::text, id::text), 'UTF8') AS plan FROM planned
  ), texts AS (
    INSERT INTO erasable_text (organization, id, text, salt, commitment)
    SELECT $1::uuid, words, 'Seeded', uuid_send(words), sha256(uuid_send(words) || convert_to('Seeded', 'UTF8')) FROM made
  ), commands AS (
    INSERT INTO command (organization, id, stream_kind, stream, kind, person, actor, api_key, arguments, fingerprint)
    SELECT $1::uuid, vote, 'promotion', id, 'decide', $5::uuid, $5::uuid,
      (SELECT api_key.id FROM api_key WHERE organization = $1::uuid LIMIT 1), '{}', sha256('') FROM made
  ), promotions AS (
    INSERT INTO promotion (organization, id, source_environment, destination_environment, requester, command, reason_text,
      request, policy_version, state, step, plan_digest, risk, expires_at)
    SELECT $1::uuid, id, $6::uuid, $7::uuid, $8::uuid, command, words, sha256('{}'), 1, $9::text,
      CASE $9::text WHEN 'promoted' THEN 0 ELSE 1 END, sha256(plan), 'low',
      CASE $9::text WHEN 'promoted' THEN NULL ELSE now() + interval '7 days' END FROM made
  ), pins AS (
    INSERT INTO promotion_pin (organization, promotion, revision, position, asset, type, version, digest)
    SELECT $1::uuid, id, 1, 1, $10::uuid, 'valueSet', 1, $12::bytea FROM made
  ), revisions AS (
    INSERT INTO promotion_revision (organization, promotion, revision, plan, requester, contributors, required_decisions)
    SELECT $1::uuid, id, 1, plan, $8::uuid, ARRAY[$8::uuid], 1 FROM made
  ), steps AS (
    INSERT INTO promotion_step (organization, promotion, revision, position, name, kind, required, groups)
    SELECT $1::uuid, id, 1, 1, 'approval', 'approval', 1, '{}' FROM made
  ), items AS (
    INSERT INTO promotion_item (organization, promotion, revision, position, type, name, action, source_asset,
      source_version, source_digest, target_asset, baseline_version, baseline_digest, rendered_digest)
    SELECT $1::uuid, id, 1, 1, 'valueSet', 'Seeded', 'update', $10::uuid, 1, $12::bytea, $11::uuid, 1, $13::bytea,
      $12::bytea FROM made
  ), votes AS (
    INSERT INTO decision (organization, id, promotion, revision, plan_digest, contributors, person, step, verdict, meaning,
      printed_name_text, comment_text, command, authentication)
    SELECT $1::uuid, vote, id, 1, sha256(plan), ARRAY[$8::uuid], $5::uuid, 1, 'approve', 'Seeded', words, words, vote, 'key'
    FROM made WHERE $9::text = 'promoted'
  )
  INSERT INTO rollout (organization, id, revision, state)
  SELECT $1::uuid, id, 1, 'active' FROM made WHERE $9::text = 'promoted'`

async function seed(ground: Ground, tenant: Tenant, finished: number): Promise<void> {
  const { organization, environments, owner } = tenant
  const asset = identifier<AssetId>(uuidv7())
  const target = identifier<AssetId>(uuidv7())
  const template = identifier<PromotionId>(uuidv7())
  const { requester, bytes } = planOf(tenant, template, asset, target)
  const [old, fresh] = [before, after].map((content) => Buffer.from(digestOf(content), 'hex'))
  for (const store of ['production', 'control'] as const) {
    await ground.superuser(store).query('SET session_replication_role = replica')
    await ground
      .superuser(store)
      .query('INSERT INTO content VALUES ($1, $2, $3), ($1, $4, $5) ON CONFLICT DO NOTHING', [
        organization,
        old,
        Buffer.from(before),
        fresh,
        Buffer.from(after),
      ])
  }
  const control = ground.superuser('control')
  await control.query('INSERT INTO content VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    organization,
    Buffer.from(digestOf(Buffer.from('{}')), 'hex'),
    Buffer.from('{}'),
  ])
  await ground.superuser('production').query(
    `INSERT INTO asset (organization, id, environment, type, name, version, created_by, updated_by)
     VALUES ($1, $2, $3, 'valueSet', 'Seeded', 1, $4, $4)`,
    [organization, target, environments.production, owner],
  )
  await ground.superuser('production').query(
    `INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
     VALUES ($1, $2, 1, $3, 'Seeded', $4, gen_random_uuid())`,
    [organization, target, old, owner],
  )
  // They compare each plan with its rows, for whoever writes; the section counts what was written instead.
  for (const table of [
    'command',
    'promotion',
    'promotion_revision',
    'promotion_step',
    'promotion_item',
    'decision',
  ]) {
    await control.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
  }
  const insert = (count: number, state: string) =>
    control.query(intoControl, [
      organization,
      count,
      bytes.toString('utf8'),
      template,
      owner,
      environments.staging,
      environments.production,
      requester,
      state,
      asset,
      target,
      fresh,
      old,
    ])
  await insert(waiting / 2, 'awaiting_approval')
  for (let done = 0; done < finished; done += batch)
    await insert(Math.min(batch, finished - done), 'promoted')
  await insert(waiting / 2, 'awaiting_approval')
}

/**
 * An organization with so many finished promotions, and twenty that wait for its owner, written past the logs and past every
 * guard: a superuser's rows, which the product reads as its own. They lack what reading them does not need: events,
 * entries, receipts, authorizations and associations. The logs that are verified afterwards tell of the organization alone.
 */
export async function promotedTenant(ground: Ground, finished: number): Promise<PromotedTenant> {
  const tenant = await newTenant(ground, `With ${finished} finished promotions`)
  await seed(ground, tenant, finished)
  for (const store of ['production', 'control'] as const)
    await ground.superuser(store).query('VACUUM ANALYZE')
  return { ...tenant, finished, production: await keyIn(ground, tenant, tenant.environments.production) }
}
