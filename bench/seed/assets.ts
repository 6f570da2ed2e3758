import type { Ground } from '../harness/ground.ts'
import type { Tenant } from '../harness/tenant.ts'

const batch = 10_000

/**
 * Rows of `count` assets in staging, as the product would have written them: an asset with its newest version and content of
 * its own, and control's knowledge of it. Every fourth is of a type with a secret that is missing. Every second has landed in
 * production and is linked with its copy there, a hundred to a promotion; of every tenth of those, staging is newer. They are
 * written past the logs, so that 100,000 take seconds.
 */
export async function seedAssets(ground: Ground, tenant: Tenant, count: number): Promise<void> {
  for (let first = 1; first <= count; first += batch) {
    await seedBatch(ground, tenant, first, Math.min(count, first + batch - 1))
  }
  for (const store of ['staging', 'control'] as const) await ground.superuser(store).query('VACUUM ANALYZE')
}

interface SeededAsset {
  readonly id: string
  readonly type: string
  readonly digest: Buffer
}

const intoStaging = `
  WITH planned AS (
    SELECT place, uuidv7() AS id, CASE place % 4 WHEN 0 THEN 'webhookSubscription' ELSE 'valueSet' END AS type,
      convert_to(CASE place % 4
        WHEN 0 THEN '{"enabled":false,"eventTypes":["patient.updated"],"hasSigningSecret":true,"url":"https://hooks.example.org/'
          || $1::text || '/' || place || '"}'
        ELSE '{"values":[' || (SELECT string_agg('{"value":"' || left(md5(place || '/' || line), 12) || '"}', ',')
          FROM generate_series(1, 20) AS line) || ']}' END, 'UTF8') AS bytes
    FROM generate_series($3::int, $4::int) AS place
  ), stored AS (
    INSERT INTO content SELECT $1::uuid, sha256(bytes), bytes FROM planned ON CONFLICT DO NOTHING
  ), versions AS (
    INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
    SELECT $1::uuid, id, 2, sha256(bytes), 'Seeded ' || place, $5::uuid, gen_random_uuid() FROM planned
  ), assets AS (
    INSERT INTO asset (organization, id, environment, type, name, version, created_by, updated_by)
    SELECT $1::uuid, id, $2::uuid, type, 'Seeded ' || place, 2, $5::uuid, $5::uuid FROM planned
  )
  SELECT id, type, sha256(bytes) AS digest FROM planned ORDER BY place`

const intoIndex = `
  INSERT INTO asset_head (organization, asset, environment, type, version, digest)
  SELECT $1::uuid, seeded.id, $2::uuid, seeded.type, 2, seeded.digest
  FROM unnest($3::uuid[], $4::text[], $5::bytea[]) AS seeded(id, type, digest)`

const intoAssociations = `
  WITH seeded AS (
    SELECT *, CASE WHEN place % 20 = 0 THEN 1 ELSE 2 END AS linked
    FROM unnest($4::uuid[], $5::text[], $6::bytea[]) WITH ORDINALITY AS one(id, type, digest, place) WHERE place % 2 = 0
  ), promoted AS (
    SELECT bundle, uuidv7() AS id FROM (SELECT DISTINCT place / 100 AS bundle FROM seeded) AS bundles
  ), promotions AS (
    INSERT INTO promotion (organization, id, source_environment, destination_environment, requester, command, reason_text,
      request, policy_version, state)
    SELECT $1::uuid, id, $2::uuid, $3::uuid, $7::uuid, gen_random_uuid(), gen_random_uuid(), sha256(''), 1, 'promoted'
    FROM promoted
  ), landed AS (
    SELECT seeded.*, uuidv7() AS target, promoted.id AS promotion FROM seeded JOIN promoted ON bundle = place / 100
  ), heads AS (
    INSERT INTO asset_head (organization, asset, environment, type, version, digest)
    SELECT $1::uuid, target, $3::uuid, type, 1, digest FROM landed
  )
  INSERT INTO association (organization, source_asset, destination_environment, target_asset, source_version, source_digest,
    target_version, target_digest, promotion, revision, position)
  SELECT $1::uuid, id, $3::uuid, target, linked, CASE linked WHEN 2 THEN digest ELSE sha256('earlier') END, 1, digest,
    promotion, 1, place % 100 + 1
  FROM landed`

async function seedBatch(
  { superuser }: Ground,
  { organization, environments, owner }: Tenant,
  first: number,
  last: number,
): Promise<void> {
  const { staging, production } = environments
  const unchecked = 'SET session_replication_role = replica'
  await superuser('staging').query(unchecked)
  const { rows } = await superuser('staging').query<SeededAsset>(intoStaging, [
    organization,
    staging,
    first,
    last,
    owner,
  ])
  const seeded = [
    rows.map(({ id }) => id),
    rows.map(({ type }) => type),
    rows.map(({ digest }) => digest),
  ] as const
  await superuser('control').query(unchecked)
  await superuser('control').query(intoIndex, [organization, staging, ...seeded])
  await superuser('control').query(intoAssociations, [organization, staging, production, ...seeded, owner])
}
