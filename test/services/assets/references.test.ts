import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { withOrganization } from '../../../src/db/transaction.ts'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { referenceCircle } from '../../../src/domain/asset/references/reference-circle.ts'
import { referencesOf } from '../../../src/domain/asset/references/references.ts'
import {
  type AssetId,
  digest,
  type EnvironmentId,
  identifier,
  type OrganizationId,
} from '../../../src/domain/identifiers.ts'
import { storeVersion } from '../../../src/services/assets/store-version.ts'
import { appendEntries } from '../../../src/services/audit/append-entries.ts'
import type { Caller } from '../../../src/services/context.ts'
import { Refused } from '../../../src/services/refused.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import { openStores } from '../../support/stores.ts'

const stores = await openStores()
const pool = stores.pool('staging', 'api')

/** Parts that may name each other, as an organization's own type may have it. */
const part: AssetType = {
  name: 'part',
  schema: {},
  promotable: true,
  references: [{ pointer: '/parts/*', types: ['part'], required: true }],
  bindings: [],
  secrets: [],
  immutable: [],
  writableBy: ['engineer'],
}

interface Place {
  readonly caller: Caller
  readonly environment: EnvironmentId
}

function newPlace(): Place {
  const organization = identifier<OrganizationId>(uuidv7())
  const environment = identifier<EnvironmentId>(uuidv7())
  return {
    environment,
    caller: {
      organization,
      actor: identifier(uuidv7()),
      actorKind: 'human',
      person: identifier(uuidv7()),
      key: identifier(uuidv7()),
      via: 'key',
      authentication: { method: 'key' },
      door: { kind: 'environment', environment, environmentKind: 'staging', store: 'staging' },
      scopes: null,
    },
  }
}

function newAssets(count: number): readonly AssetId[] {
  return Array.from({ length: count }, () => identifier<AssetId>(uuidv7()))
}

/** Writes a version of a part that names others; `inside` runs before the transaction ends. */
async function write(
  { caller, environment }: Place,
  asset: AssetId,
  version: number,
  parts: readonly AssetId[],
  inside: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const content = { parts: [...parts] }
  const bytes = canonicalBytes(content)
  const references = referencesOf(part, content)
  const judged = { references, findings: [], warnings: [], secrets: [] }
  const accepted = { type: part, content, bytes, digest: digest(digestOf(bytes)), ...judged }
  await withOrganization(pool, caller.organization, async (transaction) => {
    const stored = { asset, environment, type: 'part', name: 'A part', version, accepted }
    const entry = await storeVersion(caller, transaction, stored)
    await inside()
    await appendEntries(transaction, [entry])
  })
}

/** The ids that the refusal of a circle names, in order; fails when the write was not refused for one. */
async function circleOf(writing: Promise<void>): Promise<readonly string[]> {
  const refusal = await writing.then(
    () => new Error('the write was not refused'),
    (error: unknown) => error,
  )
  if (!(refusal instanceof Refused)) throw refusal
  expect(refusal.code).toBe('reference-cycle')
  return refusal.errors?.[0]?.message.match(/[0-9a-f-]{36}/g) ?? []
}

/** Chains are seeded by a superuser: what is tried is the walk along them. */
async function seedChain({ caller, environment }: Place, assets: readonly AssetId[]): Promise<void> {
  const staging = stores.superuser('staging')
  const values = [caller.organization, environment, caller.person, assets]
  await staging.query(
    `WITH seeded AS (SELECT id, place FROM unnest($4::uuid[]) WITH ORDINALITY AS given(id, place)),
       stored AS (INSERT INTO content VALUES ($1, sha256('{}'), '{}') ON CONFLICT DO NOTHING),
       assets AS (INSERT INTO asset (organization, id, environment, type, name, version, created_by, updated_by)
         SELECT $1, id, $2, 'part', 'A part', 1, $3, $3 FROM seeded),
       versions AS (INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
         SELECT $1, id, 1, sha256('{}'), 'A part', $3, gen_random_uuid() FROM seeded)
     INSERT INTO asset_reference SELECT $1, $2, one.id, 1, 1, '/parts/0', next.id, true
     FROM seeded AS one JOIN seeded AS next ON next.place = one.place + 1`,
    values,
  )
}

describe('case 51: references that lead in a circle', () => {
  test('an asset that names itself is refused', async () => {
    const place = newPlace()
    const [one] = newAssets(1) as [AssetId]
    expect(await circleOf(write(place, one, 1, [one]))).toEqual([one])
  })

  test('a circle of three is refused, naming its assets and the place that closes it', async () => {
    const place = newPlace()
    const [one, two, three] = newAssets(3) as [AssetId, AssetId, AssetId]
    await write(place, three, 1, [])
    await write(place, two, 1, [three])
    await write(place, one, 1, [two])
    const closing = write(place, three, 2, [...newAssets(1), one])
    await expect(closing).rejects.toMatchObject({
      code: 'reference-cycle',
      errors: [{ pointer: '/content/parts/1' }],
    })
    expect(await circleOf(write(place, three, 2, [one]))).toEqual([three, one, two])
  })

  test('one that leads through an asset created later is refused when that asset comes', async () => {
    const place = newPlace()
    const [one, later] = newAssets(2) as [AssetId, AssetId]
    await write(place, one, 1, [later])
    expect(await circleOf(write(place, later, 1, [one]))).toEqual([later, one])
  })

  test('diamonds, dropped references and references of older versions make no circle', async () => {
    const place = newPlace()
    const [top, left, right, bottom] = newAssets(4) as [AssetId, AssetId, AssetId, AssetId]
    await write(place, bottom, 1, [])
    await write(place, left, 1, [bottom])
    await write(place, right, 1, [bottom, bottom])
    await write(place, top, 1, [left, right])
    await write(place, left, 2, [])
    await write(place, bottom, 2, [left])
    expect(await circleOf(write(place, left, 3, [bottom]))).toEqual([left, bottom])
  })

  test('a chain of 10,000 is followed to its end in bounded time', async () => {
    const place = newPlace()
    const chain = newAssets(10_000)
    const [first, last] = [chain[0], chain.at(-1)] as [AssetId, AssetId]
    await seedChain(place, chain)
    const begun = performance.now()
    const circle = await circleOf(write(place, last, 2, [first]))
    expect(circle.slice(0, 3)).toEqual([last, first, chain[1]])
    expect(circle).toHaveLength(20)
    await write(place, last, 2, newAssets(1))
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  test('of two writes that would close one together, the second waits and is refused', async () => {
    const place = newPlace()
    const [one, two] = newAssets(2) as [AssetId, AssetId]
    await write(place, one, 1, [])
    await write(place, two, 1, [])
    let second: Promise<readonly string[]> = Promise.resolve([])
    let secondHasEnded = false
    await write(place, one, 2, [two], async () => {
      second = circleOf(write(place, two, 2, [one])).finally(() => {
        secondHasEnded = true
      })
      const waiting = () =>
        stores
          .superuser('staging')
          .query(`SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database AND datname = current_database()
           WHERE locktype = 'advisory' AND NOT granted`)
      await expect.poll(async () => (await waiting()).rowCount, { interval: 10 }).toBeGreaterThan(0)
      expect(secondHasEnded).toBe(false)
    })
    expect(await second).toEqual([two, one])
  })

  test('whatever is written, exactly those writes are refused that a model says close a circle', async () => {
    const writes = fc.array(
      fc.tuple(fc.nat({ max: 5 }), fc.uniqueArray(fc.nat({ max: 5 }), { maxLength: 3 })),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(writes, async (steps) => {
        const place = newPlace()
        const assets = newAssets(6)
        const model = new Map<number, readonly number[]>()
        const versions = new Map<number, number>()
        for (const [asset, parts] of steps) {
          const version = (versions.get(asset) ?? 0) + 1
          const closes = reaches(new Map(model).set(asset, parts), asset)
          const idOf = (number: number) => assets[number] as AssetId
          const outcome = await write(place, idOf(asset), version, parts.map(idOf)).then(
            () => 'written',
            (error: unknown) => (error instanceof Refused ? error.code : String(error)),
          )
          expect(outcome).toBe(closes ? 'reference-cycle' : 'written')
          if (closes) continue
          versions.set(asset, version)
          model.set(asset, parts)
        }
      }),
      { numRuns: 30 },
    )
  })
})

/** Whether a walk along the references of assets that exist leads from one back to it. */
function reaches(references: ReadonlyMap<number, readonly number[]>, from: number): boolean {
  const seen = new Set<number>()
  const follow = (asset: number): boolean =>
    (references.get(asset) ?? []).some((next) => {
      if (next === from) return true
      if (seen.has(next)) return false
      seen.add(next)
      return follow(next)
    })
  return follow(from)
}

test('the circle that is shown is the shortest one', () => {
  const [one, two, three] = newAssets(3) as [AssetId, AssetId, AssetId]
  const edges = [
    { source: one, target: two },
    { source: two, target: three },
    { source: three, target: one },
    { source: two, target: one },
  ]
  expect(referenceCircle(one, edges)).toEqual([one, two])
  expect(referenceCircle(one, edges.slice(0, 2))).toBeNull()
})

describe('a reference that is stored', () => {
  const changes = ["pointer = '/elsewhere'", 'target = gen_random_uuid()', 'version = version + 1']
  const acts = [
    ...changes.map((change) => `UPDATE asset_reference SET ${change}`),
    'DELETE FROM asset_reference',
  ]

  test.each(['api', 'worker_staging', 'auditor'] as const)(
    'is not changed or taken away by %s',
    async (login) => {
      const place = newPlace()
      const [one] = newAssets(1) as [AssetId]
      await write(place, one, 1, newAssets(1))
      for (const act of [...acts, 'TRUNCATE asset_reference']) {
        const tried = withOrganization(
          stores.pool('staging', login),
          place.caller.organization,
          (transaction) => transaction.execute(act),
        )
        await expect(tried).rejects.toMatchObject({ cause: { code: '42501' } })
      }
    },
  )

  test('is not changed or taken away by the owner of its table either', async () => {
    const place = newPlace()
    const [one] = newAssets(1) as [AssetId]
    await write(place, one, 1, newAssets(1))
    for (const act of acts) {
      await expect(stores.superuser('staging').query(act)).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('is of the environment and the organization of its asset', async () => {
    const place = newPlace()
    const [one, two] = newAssets(2) as [AssetId, AssetId]
    await write(place, one, 1, [])
    const insert = (organization: OrganizationId, environment: EnvironmentId) =>
      withOrganization(pool, place.caller.organization, (transaction) =>
        transaction.execute(
          sql`insert into asset_reference values (${organization}, ${environment}, ${one}, 1, 1, '/a', ${two}, true)`,
        ),
      )
    const elsewhere = newPlace()
    await expect(insert(place.caller.organization, elsewhere.environment)).rejects.toMatchObject({
      cause: { code: '23503' },
    })
    await expect(insert(elsewhere.caller.organization, place.environment)).rejects.toMatchObject({
      cause: { code: '42501' },
    })
  })
})
