import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { maskOf } from '../../src/screening/mask.ts'
import {
  alphabets,
  base64,
  keys,
  made,
  medicare,
  password,
  socialSecurity,
} from '../screening/corpus/values.ts'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const lines: string[] = []
const logger = pino(
  { level: 'trace' },
  new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }),
)
const api = openApi(stores, { orchestrator: inProcessOrchestrator(stores), logger })

interface Problem {
  readonly code: string
  readonly errors: readonly { readonly pointer: string; readonly message: string }[]
}

interface Warned {
  readonly id: string
  readonly version: number
  readonly digest: string
  readonly warnings?: readonly { readonly rule: string; readonly pointer: string; readonly message: string }[]
}

const organization = await api.newOrganization({
  people: { engineer: { staging: 'engineer', production: 'engineer' } },
})
const { engineer } = organization.people
const assets = `/v1/environments/${organization.environments.staging}/assets`
const key = engineer.keys.staging

const modifier = (constant: unknown, comment = 'As agreed') => ({
  type: 'configModifier',
  name: 'Screened',
  content: { flavor: 'put', selector: '$.Meta.Extensions', schema: { comment, constant } },
})

async function refusal(
  path: string,
  request: Parameters<typeof api.request>[1],
): Promise<Problem & { text: string }> {
  const response = await api.request(path, request)
  const text = await response.text()
  expect(response.status).toBe(422)
  return { ...(JSON.parse(text) as Problem), text }
}

/** Every text that the stores hold about the organization, and every line that was logged. */
async function everythingKept(): Promise<string> {
  const kept: string[] = [...lines]
  for (const store of ['control', 'staging', 'production'] as const) {
    const superuser = stores.superuser(store)
    for (const sql of [
      "SELECT convert_from(leaf, 'UTF8') AS kept FROM log_entry",
      'SELECT text AS kept FROM erasable_text',
      "SELECT convert_from(bytes, 'UTF8') AS kept FROM content WHERE bytes IS NOT NULL",
    ]) {
      const { rows } = await superuser.query<{ kept: string | null }>(sql)
      kept.push(...rows.map((row) => row.kept ?? ''))
    }
  }
  return kept.join('\n')
}

const url = `postgres://app:${made('api1', 16)}@db/live`
const refused: readonly (readonly [string, unknown, string, string, readonly string[]])[] = [
  ['case 49, plain', { apiKey: made('api2', 40) }, 'literal-secret', 'named-secret', ['/apiKey']],
  ['case 49, in base64', { a: base64(url) }, 'literal-secret', 'url-credentials', ['/a']],
  [
    'case 49, JSON in a string',
    { a: JSON.stringify({ password: password('api3') }) },
    'literal-secret',
    'named-secret',
    ['/a'],
  ],
  ['case 49, URL userinfo', { a: [url] }, 'literal-secret', 'url-credentials', ['/a/0']],
  [
    'case 49, PEM in two values',
    { a: keys.ecSec1.slice(0, 80), b: keys.ecSec1.slice(80) },
    'literal-secret',
    'private-key',
    ['/a', '/b'],
  ],
  ['case 49, EC key', { a: keys.ecPkcs8 }, 'literal-secret', 'private-key', ['/a']],
  ['case 50, SSN', { a: socialSecurity('api4') }, 'patient-data', 'social-security-number', ['/a']],
  [
    'case 50, PID segment',
    { a: 'PID|1||40012345^^^NLH^MR||DOE^JANE||19840312|F' },
    'patient-data',
    'hl7-message',
    ['/a'],
  ],
  [
    'case 50, FHIR Patient',
    { a: { resourceType: 'Patient', name: [{ family: 'Doeringer' }] } },
    'patient-data',
    'fhir-patient',
    ['/a'],
  ],
]

describe('content', () => {
  test.each(refused)(
    '%s: is refused by rule and pointer, and the value stays nowhere',
    async (_, constant, code, rule, below) => {
      const problem = await refusal(assets, { key, body: modifier(constant) })
      expect(problem.code).toBe(code)
      expect(problem.errors.map(({ pointer }) => pointer)).toEqual(
        below.map((pointer) => `/content/schema/constant${pointer}`),
      )
      for (const { message } of problem.errors) expect(message).toContain(rule)
      const planted = Object.values(constant as object)
        .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
        .map((value) => value.replaceAll('"', '').slice(0, 60))
      const kept = await everythingKept()
      for (const value of planted) {
        expect(problem.text).not.toContain(value)
        expect(kept).not.toContain(value)
      }
    },
  )

  test('is screened with every further version, which leaves the asset as it was', async () => {
    const asset = await api.expectStatus<Warned>(201, assets, { key, body: modifier({ a: 1 }) })
    const problem = await refusal(`/v1/assets/${asset.id}`, {
      key,
      method: 'PUT',
      headers: { 'If-Match': `"${asset.version}-${asset.digest}"` },
      body: { content: modifier({ token: `gh${'p_'}${made('api5', 36)}` }).content },
    })
    expect(problem.code).toBe('literal-secret')
    expect(await api.expectStatus(200, `/v1/assets/${asset.id}`, { key })).toMatchObject({ version: 1 })
  })

  test('that only might hold something is stored, and the asset says so', async () => {
    const number = medicare('api6')
    const asset = await api.expectStatus<Warned>(201, assets, { key, body: modifier({ match: [number] }) })
    const expected = [{ rule: 'medicare-number', pointer: '/schema/constant/match/0' }]
    expect(asset.warnings).toMatchObject(expected)
    const read = await api.expectStatus<Warned>(200, `/v1/assets/${asset.id}`, { key })
    expect(read.warnings).toEqual(asset.warnings)
    expect(JSON.stringify(read)).not.toContain(number)
    const next = await api.expectStatus<Warned>(200, `/v1/assets/${asset.id}`, {
      key,
      method: 'PUT',
      headers: { 'If-Match': `"${asset.version}-${asset.digest}"` },
      body: { content: modifier({ match: [] }).content },
    })
    expect(next.warnings).toEqual([])
  })

  test('that comes back by a restore is masked in what the dry run shows, and its erasure’s reason is screened', async () => {
    const number = medicare('api14')
    const asset = await api.expectStatus<Warned>(201, assets, { key, body: modifier({ match: number }) })
    await api.expectStatus(200, `/v1/assets/${asset.id}`, {
      key,
      method: 'PUT',
      headers: { 'If-Match': `"${asset.version}-${asset.digest}"` },
      body: { content: modifier({ match: 'none' }).content },
    })
    const shown = await api.request(`/v1/assets/${asset.id}/restore?dryRun=true`, {
      key,
      body: { version: 1 },
    })
    const text = await shown.text()
    expect(shown.status).toBe(200)
    expect(text).toContain(maskOf('medicare-number'))
    expect(text).not.toContain(number)
    const owner = organization.people.owner.keys.staging
    const reason = `holds ${socialSecurity('api15')}`
    const path = `/v1/assets/${asset.id}/versions/1/erase`
    expect(await refusal(path, { key: owner, body: { reason } })).toMatchObject({
      code: 'patient-data',
      errors: [{ pointer: '/reason' }],
    })
  })

  test('is screened in production as well', async () => {
    const problem = await refusal(`/v1/environments/${organization.environments.production}/assets`, {
      key: engineer.keys.production,
      body: {
        type: 'destination',
        name: 'Intake',
        content: {
          endpoint: 'https://intake.example/v1',
          cloudProviderSettings: {
            typeId: 'queue',
            productId: 'q',
            settings: { accessKey: made('api7', 40) },
          },
        },
      },
    })
    expect(problem).toMatchObject({
      code: 'literal-secret',
      errors: [{ pointer: '/content/cloudProviderSettings/settings/accessKey' }],
    })
  })
})

test('an asset’s name passes the same rules', async () => {
  const name = `for ${socialSecurity('api8')}`
  const problem = await refusal(assets, { key, body: { ...modifier({}), name } })
  expect(problem).toMatchObject({ code: 'patient-data', errors: [{ pointer: '/name' }] })
})

test('a secret in the name of a member is refused without spelling it out', async () => {
  const name = `csk${'_prd_'}${made('api9', 32, alphabets.hex)}_${made('api10', 38)}`
  const problem = await refusal(assets, { key, body: modifier({ [name]: { a: true } }) })
  expect(problem.errors.map(({ pointer }) => pointer)).toEqual(['/content/schema/constant'])
  expect(problem.text).not.toContain(name.slice(0, 16))
  expect(await everythingKept()).not.toContain(name.slice(0, 24))
})
