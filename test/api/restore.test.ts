import { describe, expect, test } from 'vitest'
import { type Asset, type Problem, tagOf, valueSet } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

type Restored = Asset & {
  readonly restoration: {
    readonly dryRun: boolean
    readonly restoredFrom: number
    readonly before: { readonly version: number; readonly digest: string }
    readonly after: { readonly version: number; readonly digest: string }
    readonly diff?: readonly { readonly pointer: string; readonly op: string }[]
  }
}

/** An asset of staging with two versions: codes I, then I and O. */
async function twoVersions() {
  const made = await api.newOrganization({
    people: { engineer: { staging: 'engineer', development: 'engineer' }, viewer: { staging: 'viewer' } },
  })
  const key = made.people.engineer.keys.staging
  const assets = `/v1/environments/${made.environments.staging}/assets`
  const first = await api.expectStatus<Asset>(201, assets, { key, body: valueSet('I') })
  const path = `/v1/assets/${first.id}`
  const { content } = valueSet('I', 'O')
  const second = await api.expectStatus<Asset>(200, path, {
    key,
    method: 'PUT',
    body: { content },
    headers: { 'If-Match': '*' },
  })
  const restore = (version: number, parts: object = {}, query = '') =>
    api.request(`${path}/restore${query}`, { key, body: { version }, ...parts })
  return { ...made, key, first, second, path, restore }
}

async function rowCounts(organization: string): Promise<Record<string, string>> {
  const counts: Record<string, string> = {}
  for (const store of ['control', 'staging'] as const) {
    const pool = stores.superuser(store)
    const { rows } = await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'organization'
       WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    )
    for (const { name } of rows) {
      const { rows: found } = await pool.query(
        `SELECT count(*) || '/' || coalesce(md5(string_agg(row, '' ORDER BY row)), '') AS state FROM
           (SELECT to_jsonb("${name}")::text AS row FROM "${name}" WHERE organization = $1) AS every`,
        [organization],
      )
      counts[`${store}.${name}`] = found[0].state
    }
  }
  return counts
}

const problemOf = async (response: Response) => ({
  status: response.status,
  code: ((await response.json()) as Problem).code,
})

describe('restoring a version in staging', () => {
  test('writes its content as the next version, by the caller, and says from which', async () => {
    const { id, first, second, path, restore, key, people } = await twoVersions()
    const response = await restore(1)
    expect(response.status).toBe(200)
    const restored = (await response.json()) as Restored
    expect(response.headers.get('ETag')).toBe(tagOf(restored))
    expect(restored).toMatchObject({
      version: 3,
      digest: first.digest,
      updatedBy: people.engineer.id,
      restoration: {
        dryRun: false,
        restoredFrom: 1,
        before: { version: 2, digest: second.digest },
        after: { version: 3, digest: first.digest },
      },
    })
    const { content } = await api.expectStatus<{ content: unknown }>(200, `${path}/versions/3`, { key })
    expect(content).toEqual(valueSet('I').content)
    expect((await verifiedLog(stores, 'staging', id)).at(-1)).toMatchObject({
      type: 'asset.version-written',
      data: { version: 3, digest: first.digest, details: { restoredFrom: 1 } },
    })
  })

  test('is done once for its key, and answers a repetition as the first time', async () => {
    const { restore } = await twoVersions()
    const idempotencyKey = crypto.randomUUID()
    const first = (await (await restore(1, { idempotencyKey })).json()) as Restored
    const again = await restore(1, { idempotencyKey })
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual(first)
    expect(await problemOf(await restore(2, { idempotencyKey }))).toMatchObject({
      code: 'idempotency-key-reused',
    })
    expect(await problemOf(await restore(2, { idempotencyKey: null }))).toMatchObject({ status: 400 })
  })

  test('shows before and after in a dry run, and changes no row and no log', async () => {
    const { id, restore, first, second } = await twoVersions()
    const before = await rowCounts(id)
    const response = await restore(1, {}, '?dryRun=true')
    const shown = (await response.json()) as Restored
    expect(shown).toMatchObject({
      version: 2,
      restoration: {
        dryRun: true,
        before: { version: 2, digest: second.digest },
        after: { version: 3, digest: first.digest },
      },
    })
    expect(shown.restoration.diff).toMatchObject([{ pointer: '/values/1', op: 'remove' }])
    expect(await rowCounts(id)).toEqual(before)
    expect((await restore(1, {}, '?dryRun=maybe')).status).toBe(400)
  })

  test('refuses the version that counts, the content that counts, and a version that is not there', async () => {
    const { restore } = await twoVersions()
    expect(await problemOf(await restore(2))).toEqual({ status: 409, code: 'illegal-state' })
    expect(await problemOf(await restore(2, {}, '?dryRun=true'))).toEqual({
      status: 409,
      code: 'illegal-state',
    })
    expect(await problemOf(await restore(9))).toEqual({ status: 404, code: 'not-found' })
    expect((await restore(0)).status).toBe(422)
    expect((await restore(1)).status).toBe(200)
    expect(await problemOf(await restore(1))).toEqual({ status: 409, code: 'illegal-state' })
  })

  test('refuses a deleted asset, an erased version, and content that its type allows no more', async () => {
    const deleted = await twoVersions()
    await api.expectStatus(204, deleted.path, { key: deleted.key, method: 'DELETE' })
    expect(await problemOf(await deleted.restore(1))).toEqual({ status: 409, code: 'illegal-state' })

    const erased = await twoVersions()
    const staging = stores.superuser('staging')
    await staging.query('UPDATE content SET bytes = NULL WHERE organization = $1 AND digest = $2', [
      erased.id,
      Buffer.from(erased.first.digest, 'hex'),
    ])
    expect(await problemOf(await erased.restore(1))).toEqual({ status: 409, code: 'illegal-state' })

    const outgrown = await twoVersions()
    const bytes = Buffer.from('{"values":"what was once allowed"}')
    await staging.query('INSERT INTO content VALUES ($1, sha256($2), $2)', [outgrown.id, bytes])
    await staging.query(
      `INSERT INTO asset_version SELECT organization, asset, 3, sha256($2), name, author, promotion, gen_random_uuid()
       FROM asset_version WHERE organization = $1 AND version = 1`,
      [outgrown.id, bytes],
    )
    await staging.query('UPDATE asset SET version = 4 WHERE organization = $1', [outgrown.id])
    await staging.query(
      `INSERT INTO asset_version SELECT organization, asset, 4, digest, name, author, promotion, gen_random_uuid()
       FROM asset_version WHERE organization = $1 AND version = 2`,
      [outgrown.id],
    )
    expect(await problemOf(await outgrown.restore(3))).toEqual({ status: 422, code: 'invalid-body' })
  })

  test('shows no value that looks like a secret, and brings none back', async () => {
    const { id, restore } = await twoVersions()
    const staging = stores.superuser('staging')
    const bytes = Buffer.from('{"values":[{"value":"postgres://admin:hunter2-and-more@db.example/x"}]}')
    await staging.query('INSERT INTO content VALUES ($1, sha256($2), $2)', [id, bytes])
    await staging.query(
      `INSERT INTO asset_version (organization, asset, version, digest, name, author, promotion, entry)
       SELECT organization, asset, 3, sha256($2), name, author, promotion, gen_random_uuid()
       FROM asset_version WHERE organization = $1 AND version = 1`,
      [id, bytes],
    )
    await staging.query('UPDATE asset SET version = 3 WHERE organization = $1', [id])
    const shown = await restore(1, {}, '?dryRun=true')
    expect(shown.status).toBe(200)
    const text = await shown.text()
    expect(text).toContain('"op":"replace"')
    expect(text).not.toContain('hunter2')
    expect((await restore(1)).status).toBe(200)
    const refused = await restore(3)
    expect(await problemOf(refused)).toEqual({ status: 422, code: 'literal-secret' })
  })

  test('heeds If-Match where it is sent', async () => {
    const { restore, first, second } = await twoVersions()
    const stale = await restore(1, { headers: { 'If-Match': tagOf(first) } })
    expect(await problemOf(stale)).toMatchObject({ status: 412 })
    expect((await restore(1, { headers: { 'If-Match': tagOf(second) } })).status).toBe(200)
  })

  test('takes who may write the type, through a key of that environment', async () => {
    const { restore, people } = await twoVersions()
    const viewer = people.viewer.keys.staging
    expect(await problemOf(await restore(1, { key: viewer }))).toEqual({ status: 403, code: 'forbidden' })
    const other = people.engineer.keys.development
    expect(await problemOf(await restore(1, { key: other }))).toEqual({ status: 404, code: 'not-found' })
  })

  test('lets one of two at once follow what both saw', async () => {
    const { restore, second } = await twoVersions()
    const headers = { 'If-Match': tagOf(second) }
    const answers = await Promise.all([restore(1, { headers }), restore(1, { headers })])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })
})
