import { createHash } from 'node:crypto'
import { type AssetId, identifier } from '../../src/domain/identifiers.ts'
import { writeVersion } from '../../src/services/assets/write-version.ts'
import type { ServiceContext } from '../../src/services/context.ts'
import { storeNamed } from '../../src/services/environments/store-of-environment.ts'
import { expectAnswer, WrongAnswer } from '../harness/call.ts'
import { contextOf } from '../harness/context.ts'
import type { Ground } from '../harness/ground.ts'
import { measureBeside } from '../harness/measure.ts'
import type { Section, Stage } from '../harness/section.ts'
import { newTenant, type Tenant } from '../harness/tenant.ts'

const rounds = { warmUp: 50, rounds: 400 }
const assetCount = 20

interface Asset {
  readonly id: string
  readonly version: number
  readonly digest: string
}

/** Between 2 and 4 KiB, another one every time, members in canonical order. */
function contentOf(seed: string) {
  const lines = 60 + (createHash('sha256').update(seed).digest()[0] ?? 0) / 8
  return {
    values: Array.from({ length: Math.floor(lines) }, (_, line) => ({
      value: createHash('sha256').update(`${seed}/${line}`).digest('hex').slice(0, 24),
    })),
  }
}

/** Contents for every round of an act, made before anything is timed. */
function contentsFor(name: string) {
  return Array.from({ length: rounds.warmUp + rounds.rounds }, (_, round) => {
    const content = contentOf(`${name} ${round}`)
    const bytes = Buffer.from(JSON.stringify(content))
    return { content, bytes, digest: createHash('sha256').update(bytes).digest() }
  })
}

type Content = ReturnType<typeof contentsFor>[number]

function contentAt(contents: readonly Content[], round: number): Content {
  const found = contents[round]
  if (found === undefined) throw new WrongAnswer('There is no content to write.')
  return found
}

const bareTables = `
  CREATE TABLE bare_content (organization uuid NOT NULL, digest bytea NOT NULL, bytes bytea,
    PRIMARY KEY (organization, digest));
  CREATE TABLE bare_version (organization uuid NOT NULL, asset uuid NOT NULL, version integer NOT NULL,
    digest bytea NOT NULL, name text NOT NULL, author uuid NOT NULL, entry uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (organization, asset, version));
  GRANT SELECT, INSERT ON bare_content, bare_version TO api`

/** Two rows in one transaction on the pool that the product writes with, and nothing else. */
function bareWriter({ stores }: Ground, { organization, owner }: Tenant) {
  const store = storeNamed(stores, 'staging')
  const asset = crypto.randomUUID()
  const contents = contentsFor('floor')
  return async (round: number) => {
    const { bytes, digest } = contentAt(contents, round)
    const client = await store.pool.connect()
    try {
      await client.query('begin')
      await client.query('insert into bare_content values ($1, $2, $3)', [organization, digest, bytes])
      await client.query('insert into bare_version values ($1, $2, $3, $4, $5, $6, $7)', [
        organization,
        asset,
        round + 1,
        digest,
        'Bare',
        owner,
        crypto.randomUUID(),
      ])
      await client.query('commit')
    } finally {
      client.release()
    }
  }
}

async function createAssets(ground: Ground, { environments, key }: Tenant): Promise<Asset[]> {
  const path = `/v1/environments/${environments.staging}/assets`
  return Promise.all(
    Array.from({ length: assetCount }, (_, place) =>
      expectAnswer<Asset>(ground, 201, path, {
        key,
        method: 'POST',
        body: { type: 'valueSet', name: `Bench ${place}`, content: contentOf(`asset ${place}`) },
      }),
    ),
  )
}

type Write = (before: Asset, content: Content) => Promise<Asset>

/** Writes the next version of one asset after the other, and looks at each answer. */
function versionWriter(name: string, assets: Asset[], write: Write) {
  const contents = contentsFor(name)
  return async (round: number) => {
    const place = round % assets.length
    const before = assets[place]
    if (before === undefined) throw new WrongAnswer('There is no asset to write.')
    const content = contentAt(contents, round)
    const after = await write(before, content)
    if (after.version !== before.version + 1 || after.digest !== content.digest.toString('hex')) {
      throw new WrongAnswer('A version was answered with another number or digest than it has.')
    }
    assets[place] = after
  }
}

function byVerb(context: ServiceContext): Write {
  return async ({ id, version, digest }, { content }) => {
    const asset = identifier<AssetId>(id)
    const written = await writeVersion(context, { asset, content, seen: [`${version}-${digest}`] })
    const digestAfter = written.kind === 'written' ? written.asset.digest : null
    if (written.kind !== 'written' || digestAfter === null)
      throw new WrongAnswer('A version was not written.')
    return { id, version: written.asset.version, digest: digestAfter }
  }
}

function throughTheApi(ground: Ground, { key }: Tenant): Write {
  return ({ id, version, digest }, { content }) =>
    expectAnswer<Asset>(ground, 200, `/v1/assets/${id}`, {
      key,
      method: 'PUT',
      body: { content },
      headers: { 'If-Match': `"${version}-${digest}"` },
    })
}

async function expectRows({ superuser }: Ground, { organization }: Tenant): Promise<void> {
  const bareRows = rounds.warmUp + rounds.rounds
  const staging = superuser('staging')
  const { rows: bare } = await staging.query(
    'SELECT count(*)::int FROM bare_version JOIN bare_content USING (organization, digest) WHERE sha256(bytes) = digest',
  )
  const { rows: stored } = await staging.query(
    `SELECT count(*)::int, (SELECT size::int FROM log_head WHERE organization = $1) AS entries
     FROM asset_version AS version JOIN content USING (organization, digest)
     JOIN log_entry AS entry ON entry.organization = version.organization AND entry.id = version.entry
     WHERE version.organization = $1 AND sha256(bytes) = digest
       AND convert_from(leaf, 'UTF8')::jsonb #>> '{data,digest}' = encode(digest, 'hex')`,
    [organization],
  )
  const expected = 2 * bareRows + 2 * assetCount
  if (bare[0].count !== bareRows || stored[0].count !== expected || stored[0].entries !== expected) {
    throw new WrongAnswer('Not every version that was answered stands in the store and in its log.')
  }
}

export const versionWrite: Section = Object.freeze({
  name: 'version-write',
  about: 'value sets in staging; every write is a new version of 2 to 4 KiB with its entry of the log',
  async run(stage: Stage) {
    const tenant = await newTenant(stage, 'Writes versions')
    await stage.superuser('staging').query(bareTables)
    const verb = byVerb(await contextOf(stage, tenant.key))
    const [ofVerb, ofApi] = await measureBeside(
      bareWriter(stage, tenant),
      [
        versionWriter('verb', await createAssets(stage, tenant), verb),
        versionWriter('api', await createAssets(stage, tenant), throughTheApi(stage, tenant)),
      ],
      rounds,
    )
    await expectRows(stage, tenant)
    const floorName = 'two bare rows in one transaction on the same pool'
    return [
      { name: 'creating a version', floorName, pair: ofVerb, limit: 3, limited: ['p50'] },
      { name: 'the same with its request, key and answer', floorName, pair: ofApi, limit: 3, limited: [] },
    ] as const
  },
})
