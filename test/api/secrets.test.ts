import { createHmac, hkdfSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type AssetId, identifier } from '../../src/domain/identifiers.ts'
import type { EnvironmentKind } from '../../src/services/context.ts'
import { openSecret } from '../../src/services/secrets/open-secret.ts'
import { canonicalBytes, digestOf } from '../../src/trust/canonical.ts'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { type Asset, type Problem, source, tagOf } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi, type TestOrganization } from '../support/api.ts'
import { newestKey, publishAllKeys } from '../support/sealing.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })
const { expectStatus, request } = api

type People = 'engineer' | 'support'
let organization: TestOrganization<People>

async function newOrganization(publish = true): Promise<TestOrganization<People>> {
  const made = await api.newOrganization({
    people: {
      engineer: { development: 'engineer', staging: 'engineer', production: 'engineer' },
      support: { staging: 'support', production: 'viewer' },
    },
  })
  if (publish) await publishAllKeys(stores)
  return made
}

beforeAll(async () => {
  organization = await newOrganization()
})

const content = { authStrategy: 'OAuth', clientId: 'intake' }

const signing = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'a session that ends',
}

function keyIn(kind: EnvironmentKind) {
  return organization.people.engineer.keys[kind]
}

function create(kind: EnvironmentKind, more: Record<string, unknown> = {}, key = keyIn(kind)) {
  const body = { type: 'authCredential', name: 'Intake client', content: { ...content, ...more } }
  return request(`/v1/environments/${organization.environments[kind]}/assets`, { key, body })
}

async function created(kind: EnvironmentKind, more: Record<string, unknown> = {}): Promise<Asset> {
  const response = await create(kind, more)
  expect(response.status).toBe(201)
  return (await response.json()) as Asset
}

function put(kind: EnvironmentKind, asset: Pick<Asset, 'id'>, value: unknown, field = 'clientSecret') {
  return request(`/v1/assets/${asset.id}/secrets/${field}`, {
    key: keyIn(kind),
    method: 'PUT',
    body: { value },
  })
}

interface SealedRow {
  readonly pointer: string
  readonly kid: string
  readonly sealed: string
}

async function sealedOf(kind: EnvironmentKind, asset: string): Promise<readonly SealedRow[]> {
  const { rows } = await stores
    .superuser(kind)
    .query('SELECT pointer, kid, sealed FROM sealed_secret WHERE asset = $1 ORDER BY 1', [asset])
  return rows
}

/** What the environment's worker reads, for an asset that has one secret. */
async function opened(kind: EnvironmentKind, asset: string): Promise<string> {
  const [row] = await sealedOf(kind, asset)
  if (row === undefined) throw new Error('nothing is sealed')
  const at = {
    organization: organization.id,
    environment: organization.environments[kind],
    asset: identifier<AssetId>(asset),
  }
  return openSecret([newestKey(kind)], at, row)
}

describe.each(['development', 'staging'] as const)('in %s', (kind) => {
  test('a flag that turns false takes the sealed value away, and the log tells of it', async () => {
    const asset = await created(kind, { clientSecret: `dropped in ${kind}` })
    const write = (from: Asset, hasClientSecret: boolean, clientId: string) =>
      expectStatus<Asset>(200, `/v1/assets/${asset.id}`, {
        key: keyIn(kind),
        method: 'PUT',
        headers: { 'If-Match': tagOf(from) },
        body: { content: { ...content, clientId, hasClientSecret } },
      })
    const without = await write(asset, false, 'intake')
    expect(await sealedOf(kind, asset.id)).toEqual([])
    const log = await verifiedLog(stores, kind, organization.id)
    expect(log.find(({ type, data }) => type === 'secret.dropped' && data.asset === asset.id)).toMatchObject({
      data: { assetType: 'authCredential', details: { pointer: '/clientSecret' } },
    })
    expect((await write(without, true, 'intake')).missingSecrets).toEqual(['/clientSecret'])
  })

  test('a value that was supplied while its flag is false stays when something else changes', async () => {
    const asset = await created(kind, { hasClientSecret: false })
    expect((await put(kind, asset, `supplied in ${kind}`)).status).toBeLessThan(300)
    await expectStatus(200, `/v1/assets/${asset.id}`, {
      key: keyIn(kind),
      method: 'PUT',
      headers: { 'If-Match': tagOf(asset) },
      body: { content: { ...content, clientId: 'other', hasClientSecret: false } },
    })
    expect(await opened(kind, asset.id)).toBe(`supplied in ${kind}`)
  })
})

describe.each(['development', 'staging', 'production'] as const)('in %s', (kind) => {
  test('a secret in content is split off, sealed, and shown as a boolean alone', async () => {
    const value = `split off in ${kind}`
    const asset = await created(kind, { clientSecret: value })
    const stored = { ...content, hasClientSecret: true }
    expect(asset.digest).toBe(digestOf(canonicalBytes(stored)))
    expect(asset.missingSecrets).toEqual([])
    const version = await expectStatus(200, `/v1/assets/${asset.id}/versions/1`, { key: keyIn(kind) })
    expect(version).toMatchObject({ content: stored })
    expect(JSON.stringify(version)).not.toContain(value)
    expect(await opened(kind, asset.id)).toBe(value)
    const log = await verifiedLog(stores, kind, organization.id)
    const told = log.filter(({ data }) => data.asset === asset.id).map(({ type }) => type)
    expect(told).toEqual(['asset.created', 'secret.supplied'])
    expect(log.find(({ type, data }) => type === 'secret.supplied' && data.asset === asset.id)).toMatchObject(
      {
        data: {
          assetType: 'authCredential',
          details: { pointer: '/clientSecret', kid: newestKey(kind).kid },
        },
      },
    )
  })

  test('the same content with another secret is no new version, and replaces the value', async () => {
    const asset = await created(kind, { clientSecret: `first in ${kind}` })
    const again = await expectStatus<Asset>(200, `/v1/assets/${asset.id}`, {
      key: keyIn(kind),
      method: 'PUT',
      headers: { 'If-Match': tagOf(asset) },
      body: { content: { ...content, clientSecret: `second in ${kind}` } },
    })
    expect(again.version).toBe(1)
    expect(await opened(kind, asset.id)).toBe(`second in ${kind}`)
  })

  test('a next version carries its secret with it, and null clears none', async () => {
    const asset = await created(kind, { clientSecret: `kept in ${kind}` })
    const path = `/v1/assets/${asset.id}`
    const next = { ...content, clientId: 'next', hasClientSecret: true, clientSecret: null }
    const written = await expectStatus<Asset>(200, path, {
      key: keyIn(kind),
      method: 'PUT',
      headers: { 'If-Match': tagOf(asset) },
      body: { content: next },
    })
    expect(written).toMatchObject({ version: 2, missingSecrets: [] })
    expect(await opened(kind, asset.id)).toBe(`kept in ${kind}`)
    const third = await expectStatus<Asset>(200, path, {
      key: keyIn(kind),
      method: 'PUT',
      headers: { 'If-Match': tagOf(written) },
      body: { content: { ...content, clientId: 'third', clientSecret: `changed in ${kind}` } },
    })
    expect(third.version).toBe(3)
    expect(await opened(kind, asset.id)).toBe(`changed in ${kind}`)
  })

  test('a secret that is missing is named, and supplied by itself', async () => {
    const asset = await created(kind, { hasClientSecret: true })
    expect(asset.missingSecrets).toEqual(['/clientSecret'])
    const answer = await put(kind, asset, `supplied in ${kind}`)
    expect([answer.status, await answer.json()]).toEqual([200, { hasClientSecret: true }])
    const after = await expectStatus<Asset>(200, `/v1/assets/${asset.id}`, { key: keyIn(kind) })
    expect(after).toMatchObject({ version: 1, digest: asset.digest, missingSecrets: [] })
    expect(await opened(kind, asset.id)).toBe(`supplied in ${kind}`)
    const byPointer = await put(kind, asset, `by pointer in ${kind}`, encodeURIComponent('/clientSecret'))
    expect(byPointer.status).toBe(200)
    expect(await opened(kind, asset.id)).toBe(`by pointer in ${kind}`)
  })

  test('a field that is no secret of the type, and an asset that is not there, are not found', async () => {
    const asset = await created(kind)
    for (const field of ['clientId', 'nothing', '%2FclientId', '%2FclientSecret%2F0', '%2F~', '%2F*']) {
      expect([field, (await put(kind, asset, 'x', field)).status]).toEqual([field, 404])
    }
    expect((await put(kind, { id: organization.id }, 'x')).status).toBe(404)
  })

  test('a value that is no secret is refused without being repeated', async () => {
    const asset = await created(kind)
    for (const value of ['', 12_345_678, null, { canary: 'tucked away' }, 'x'.repeat(65_537)]) {
      const response = await put(kind, asset, value)
      expect(response.status).toBe(422)
      const text = await response.text()
      expect(text).not.toMatch(/12345678|tucked away|xxxx/)
      expect(JSON.parse(text).errors).toMatchObject([{ pointer: '/value' }])
    }
    const inContent = await create(kind, { clientSecret: ['tucked away'] })
    expect([inContent.status, (await inContent.json()) as Problem]).toMatchObject([
      422,
      { code: 'invalid-body', errors: [{ pointer: '/content/clientSecret' }] },
    ])
    const longest = `${'ß'.repeat(32_000)}${kind}`.padEnd(33_536, '.')
    expect(Buffer.byteLength(longest)).toBe(65_536)
    expect((await put(kind, asset, longest)).status).toBe(200)
    expect(await opened(kind, asset.id)).toBe(longest)
  })

  test('two people who supply at once both succeed, and one value stays', async () => {
    const asset = await created(kind)
    const values = Array.from({ length: 4 }, (_, at) => `value ${at} in ${kind}`)
    const answers = await Promise.all(values.map((value) => put(kind, asset, value)))
    const statuses = answers.map(({ status }) => status)
    // In production the one that was allowed last stays; an earlier one that comes later is told so.
    expect(statuses.every((status) => status === 200 || (kind === 'production' && status === 412))).toBe(true)
    expect(statuses).toContain(200)
    expect(values).toContain(await opened(kind, asset.id))
  })
})

describe('supplying', () => {
  test('takes an engineer of that environment, and a key that may', async () => {
    const asset = await created('staging')
    const local = await created('production')
    const supplying = (key: string | undefined, { id }: Asset) =>
      request(`/v1/assets/${id}/secrets/clientSecret`, {
        key,
        method: 'PUT',
        body: { value: 'never stored' },
      })
    const { engineer, support } = organization.people
    expect((await supplying(support.keys.staging, asset)).status).toBe(403)
    expect((await supplying(support.keys.production, local)).status).toBe(403)
    expect((await supplying(engineer.keys.development, asset)).status).toBe(404)
    expect((await supplying(engineer.keys.organization, asset)).status).toBe(404)
    const limited = await expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: engineer.keys.staging,
      body: { name: 'limited', environment: organization.environments.staging, scopes: ['assets:write'] },
    })
    expect((await supplying(limited.secret, asset)).status).toBe(403)
    expect(await sealedOf('staging', asset.id)).toEqual([])
  })

  test('is refused for an asset that is deleted', async () => {
    const asset = await created('staging')
    await expectStatus(204, `/v1/assets/${asset.id}`, { key: keyIn('staging'), method: 'DELETE' })
    expect((await put('staging', asset, 'too late')).status).toBe(409)
  })

  test('waits in production while the workflow service is away, and leaves nothing in control afterwards', async () => {
    const asset = await created('production')
    const away = openApi(stores)
    const response = await away.request(`/v1/assets/${asset.id}/secrets/clientSecret`, {
      key: keyIn('production'),
      method: 'PUT',
      body: { value: 'on its way' },
    })
    expect(response.status).toBe(202)
    const { command } = (await response.json()) as { command: string }
    expect(response.headers.get('Location')).toBe(`/v1/commands/${command}`)
    const onItsWay = () =>
      stores
        .superuser('control')
        .query('SELECT sealed FROM production_command_secret WHERE production_command = $1', [command])
    expect((await onItsWay()).rowCount).toBe(1)
    expect(await sealedOf('production', asset.id)).toEqual([])
    await inProcessOrchestrator(stores).start({
      organization: organization.id,
      kind: 'production-command',
      id: command,
    })
    expect(await opened('production', asset.id)).toBe('on its way')
    expect((await onItsWay()).rowCount).toBe(0)
  })

  test('answers 503 and says what to do while the environment has no key', async () => {
    const other = await newOrganization(false)
    const response = await request(`/v1/environments/${other.environments.staging}/assets`, {
      key: other.people.engineer.keys.staging,
      body: { type: 'authCredential', name: 'N', content: { ...content, clientSecret: 'early' } },
    })
    expect(response.status).toBe(503)
    const { code, detail } = (await response.json()) as Problem
    expect(code).toBe('unavailable')
    expect(detail).toContain('COUNTERSIGN_STAGING_SEALING_KEYS')
    await expectStatus(201, `/v1/environments/${other.environments.staging}/assets`, {
      key: other.people.engineer.keys.staging,
      body: { type: 'source', name: 'N', content: source.content },
    })
  })

  test('repeated with the same key creates one asset', async () => {
    const asked = {
      key: keyIn('staging'),
      idempotencyKey: 'one asset',
      body: { type: 'authCredential', name: 'Once', content: { ...content, clientSecret: 'once' } },
    }
    const path = `/v1/environments/${organization.environments.staging}/assets`
    const first = await expectStatus<Asset>(201, path, asked)
    const second = await request(path, asked)
    expect(second.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await second.json()).toEqual(first)
    const other = { ...asked, body: { ...asked.body, content: { ...content, clientSecret: 'other' } } }
    expect((await request(path, other)).status).toBe(422)
    expect(await opened('staging', first.id)).toBe('once')
  })
})

describe('a credential that another environment has held', () => {
  const reused = async (response: Response, pointer: string, value: string) => {
    const text = await response.text()
    expect([response.status, JSON.parse(text)]).toMatchObject([
      422,
      { code: 'credential-reused', errors: [{ pointer }] },
    ])
    expect(text).not.toContain(value)
  }

  test.each(['development', 'staging'] as const)('is refused in production after %s had it', async (kind) => {
    const value = `held in ${kind}`
    const asset = await created(kind, { clientSecret: value })
    const local = await created('production')
    await reused(await put('production', local, value), '/value', value)
    await reused(await create('production', { clientSecret: value }), '/content/clientSecret', value)
    expect(await sealedOf('production', local.id)).toEqual([])
    // Also when it has been changed since.
    expect((await put(kind, asset, `changed since in ${kind}`)).status).toBe(200)
    await reused(await put('production', local, value), '/value', value)
    expect((await put('production', local, `of its own, not of ${kind}`)).status).toBe(200)
    const log = await verifiedLog(stores, 'control', organization.id)
    expect(log.some(({ data }) => (data.details as { code?: string }).code === 'credential-reused')).toBe(
      true,
    )
  })

  const file = { type: 'account', key: 'held as a file', id: 7 }
  const respelled = '{ "id": 7.0, "key": "held as a \\u0066ile",\n "type": "account" }\n'

  test.each([
    ['white space before it', 'held (space before)', ' \t held (space before)'],
    ['white space after it', 'held (space after)', 'held (space after)\u00a0 '],
    ['a line break after it', 'held (line break)', 'held (line break)\r\n'],
    ['an invisible character after it', 'held (invisible)', 'held (invisible)\u200b\ufeff'],
    ['its white space gone', ' held (spaced there)\n', 'held (spaced there)'],
    ['its letters decomposed', 'held (\u00e9)', 'held (e\u0301)'],
    ['its letters in full width', 'held (wide)', 'held (\uff57ide)'],
    [
      'other line breaks',
      '-----KEY-----\nheld (lines)\n-----END-----\n',
      '-----KEY-----\r\nheld (lines)\r\n-----END-----',
    ],
    ['its members in another order and spelling', JSON.stringify(file), respelled],
    ['a member of it written twice', '{"key":"held (twice)"}', '{"key":"another","key":"held (twice)"}'],
  ])('is refused in production with %s', async (_, held, sent) => {
    await created('staging', { clientSecret: held })
    const local = await created('production')
    await reused(await put('production', local, sent), '/value', sent)
    expect(await sealedOf('production', local.id)).toEqual([])
  })

  // As it was computed before spellings were looked at.
  function exactFingerprint(value: string): Buffer {
    const key = new Uint8Array(32).fill(7)
    const derived = hkdfSync('sha256', key, organization.id, 'countersign/secret-fingerprint', 32)
    return createHmac('sha256', Buffer.from(derived)).update(value, 'utf8').digest()
  }

  test.each(['on record for long', ' on record for long, spaced\n'])(
    'is recognised by the fingerprint that was ever made of it: %j',
    async (value) => {
      await stores
        .superuser('control')
        .query(
          'INSERT INTO secret_fingerprint (organization, fingerprint, environment) VALUES ($1, $2, $3)',
          [organization.id, exactFingerprint(value), organization.environments.staging],
        )
      await reused(await put('production', await created('production'), value), '/value', value)
    },
  )

  test('is sealed as it was sent', async () => {
    const sent = '  sealed as it was sent \n'
    const asset = await created('staging', { clientSecret: sent })
    expect(await opened('staging', asset.id)).toBe(sent)
  })

  test('may be supplied again where it is', async () => {
    const local = await created('production')
    for (let time = 0; time < 2; time += 1) {
      expect((await put('production', local, 'the same again')).status).toBe(200)
    }
  })

  test('is refused once of two environments that are given it at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [staged, local] = [await created('staging'), await created('production')]
      const value = `at once ${round}`
      const [staging, production] = await Promise.all([
        put('staging', staged, value),
        put('production', local, value),
      ])
      expect(staging.status).toBe(200)
      const { rowCount } = await stores
        .superuser('control')
        .query(
          'SELECT FROM secret_fingerprint AS one JOIN secret_fingerprint AS two USING (fingerprint) WHERE one.environment = $1 AND two.environment = $2 AND one.recorded_at < two.recorded_at',
          [organization.environments.staging, organization.environments.production],
        )
      // Whichever came first, production never has what staging had before it.
      expect(rowCount).toBe(0)
      expect([200, 422]).toContain(production.status)
    }
  })

  test('is nothing that another organization is held to', async () => {
    await created('staging', { clientSecret: 'common to two organizations' })
    const mine = organization
    organization = await newOrganization()
    try {
      await created('production', { clientSecret: 'common to two organizations' })
    } finally {
      organization = mine
    }
  })
})

test('what signs requests to a cloud is taken as secrets, and its content says only that it is there', async () => {
  const asset = await created('staging', { authStrategy: 'AwsSigv4', awsRegion: 'us-east-1', ...signing })
  expect(asset.missingSecrets).toEqual([])
  const { content: stored } = await expectStatus<{ content: unknown }>(
    200,
    `/v1/assets/${asset.id}/versions/1`,
    { key: keyIn('staging') },
  )
  expect(stored).toEqual({
    authStrategy: 'AwsSigv4',
    awsRegion: 'us-east-1',
    clientId: 'intake',
    hasAccessKey: true,
    hasSecretKey: true,
    hasSessionToken: true,
  })
  expect((await put('staging', asset, 'another session', 'sessionToken')).status).toBe(200)
})
