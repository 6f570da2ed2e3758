import { describe, expect, test } from 'vitest'
import type { LoginRole, StoreKind } from '../../../src/db/rights/right.ts'
import { loginRoles } from '../../../src/db/roles.ts'
import type { JsonValue } from '../../../src/domain/json.ts'
import { digestOf } from '../../../src/trust/canonical.ts'
import { speakingAs } from '../../db/attacks/session.ts'
import { base64, keys, made, password, recordNumber, socialSecurity } from '../../screening/corpus/values.ts'
import { openDeployment } from '../../support/deployment.ts'
import {
  addType,
  ask,
  bundleOf,
  carry,
  edit,
  inShort,
  newTeam,
  preview,
  type StagedAsset,
  stage,
  targetOf,
} from './planning.ts'

const api = await openDeployment()
const organization = await newTeam(api)

/** Writes the next version of an asset straight into a store, past every rule of the API. */
function plant(login: LoginRole, store: StoreKind, { id }: StagedAsset, bytes: Uint8Array): Promise<void> {
  const speaking = { stores: api.testStores, login, organization: organization.id, store }
  return speakingAs(speaking, async (session) => {
    const digest = Buffer.from(digestOf(bytes), 'hex')
    await session.put('content', { digest, bytes })
    await session.query(
      `INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
         VALUES ($1, $2, 2, $3, 'One', $4, gen_random_uuid())`,
      [organization.id, id, digest, organization.people.requester.id],
    )
    await session.query('UPDATE asset SET version = 2 WHERE id = $1', [id])
  })
}

async function planted(content: JsonValue | Uint8Array): Promise<StagedAsset> {
  const asset = await stage(api, organization, 'jsonDocument', { made: made('planted', 12) })
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))
  await plant('api', 'staging', asset, bytes)
  return asset
}

function requestFor(asset: StagedAsset) {
  return { key: organization.people.requester.keys.staging, body: bundleOf(organization, [asset]) }
}

async function promotionsOf(asset: StagedAsset): Promise<readonly unknown[]> {
  const { key } = requestFor(asset)
  return (
    await api.expectStatus<{ data: readonly unknown[] }>(200, `/v1/promotions?asset=${asset.id}`, { key })
  ).data
}

const writers: Readonly<Record<string, LoginRole>> = { staging: 'api', production: 'worker_production' }
test.each(
  (['staging', 'production'] as const).flatMap((store) =>
    loginRoles.filter((login) => login !== writers[store]).map((login) => [login, store] as const),
  ),
)('%s writes no version into %s', async (login, store) => {
  const asset = await stage(api, organization, 'jsonDocument', {})
  await expect(plant(login, store, asset, Buffer.from('{"a":1}'))).rejects.toMatchObject({ code: '42501' })
})

describe('what the API’s own login writes past its rules does not get to people', () => {
  const secret = password('49-by-sql')
  const url = `postgres://app:${made('49-by-sql-url', 16)}@db.internal/ehr`
  const number = socialSecurity('50-by-sql')
  test.each<[string, JsonValue, readonly string[]]>([
    ['case 49, plain', { auth: { client_secret: secret } }, ['blocker literal-secret /auth/client_secret']],
    ['case 49, base64', { a: [base64(url)] }, ['blocker literal-secret /a/0']],
    [
      'case 49, JSON in a string',
      { a: JSON.stringify({ x: { password: secret } }) },
      ['blocker literal-secret /a'],
    ],
    ['case 49, an EC key', { tls: keys.ecSec1 }, ['blocker literal-secret /tls']],
    ['case 50, SSN', { a: number }, ['blocker patient-data /a']],
    [
      'case 50, a PID segment',
      { t: `PID|1||${recordNumber('50-by-sql')}^^^NLH^MR||DOE^JANE||19840312|F` },
      ['blocker patient-data /t'],
    ],
    [
      'case 50, FHIR',
      { f: { resourceType: 'Patient', name: [{ family: 'Doe' }] } },
      ['blocker patient-data /f'],
    ],
  ])('%s', async (_, content, expected) => {
    const asset = await planted(content)
    const told = await preview(api, organization, bundleOf(organization, [asset]))
    expect(inShort(told)).toEqual(expected)
    const asked = await ask(api, organization, bundleOf(organization, [asset]))
    expect(asked.state).toBe('changes_requested')
    for (const value of [secret, url, number]) expect(JSON.stringify([told, asked])).not.toContain(value)
  })
})

test('case 51: a circle of references is found before anybody is asked', async () => {
  await addType(api, organization, 'ring', {
    references: [{ pointer: '/needs', types: ['ring'], required: true }],
  })
  const one = await stage(api, organization, 'ring', {})
  const other = await stage(api, organization, 'ring', { needs: one.id })
  await plant('api', 'staging', one, Buffer.from(JSON.stringify({ needs: other.id })))
  const body = bundleOf(organization, [one, other])
  expect(inShort(await preview(api, organization, body))).toEqual([
    'blocker reference-cycle',
    'blocker reference-cycle',
  ])
  expect((await ask(api, organization, body)).state).toBe('changes_requested')
})

test('case 52: members called like what objects have are data', async () => {
  const bytes = Buffer.from('{"__proto__":{"admin":true},"constructor":1}')
  const { items } = await preview(api, organization, bundleOf(organization, [await planted(bytes)]))
  expect(items[0]?.digest).toBe(digestOf(bytes))
  expect(Object.prototype).not.toHaveProperty('admin')
})

test.each<[string, string | Uint8Array]>([
  ['case 53, a member named twice', '{"a":1,"a":2}'],
  ['case 54, a number that would not stay what it is', '{"n":9007199254740993}'],
  ['case 55, a lone surrogate', '{"t":"\\ud800"}'],
  ['case 55, U+0000', '{"t":"\\u0000"}'],
])('%s, makes no plan and no promotion', async (_, text) => {
  const asset = await planted(Buffer.from(text))
  const { key, body } = requestFor(asset)
  expect((await api.request('/v1/promotions?dryRun=true', { key, body })).status).toBe(422)
  expect((await api.request('/v1/promotions', { key, body })).status).toBe(422)
  expect(await promotionsOf(asset)).toEqual([])
})

test('case 55, half a character, is no text that anybody answers with', async () => {
  const asset = await planted(Buffer.from([0x7b, 0x22, 0xe2, 0x82, 0x22, 0x3a, 0x31, 0x7d]))
  const { key, body } = requestFor(asset)
  const response = await api.request('/v1/promotions', { key, body })
  expect(response.ok).toBe(false)
  expect(await response.text()).not.toContain('\ufffd')
  expect(await promotionsOf(asset)).toEqual([])
})

test('case 49, put into production by its worker’s own login, is drift that the next plan overwrites by name, masked', async () => {
  const secret = password('49-in-production')
  const staged = await stage(api, organization, 'jsonDocument', { a: 'one' })
  const promoted = await carry(api, organization, bundleOf(organization, [staged]))
  const target = { ...staged, id: targetOf(promoted, staged) }
  await plant('worker_production', 'production', target, Buffer.from(JSON.stringify({ password: secret })))
  await edit(api, organization, staged, { a: 'two' })
  const told = await preview(api, organization, bundleOf(organization, [staged]))
  expect(inShort(told)).toEqual(['blocker target-drifted'])
  expect(JSON.stringify(told)).not.toContain(secret)
})
