import { describe, expect, test } from 'vitest'
import { digest, identifier } from '../../../src/domain/identifiers.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import { type AssetAnswer, type FourPeople, openDeployment } from '../../support/deployment.ts'
import {
  addType,
  ask,
  bundleOf,
  carry,
  inShort,
  landedContent,
  newTeam,
  preview,
  readPlan,
  refusalOf,
  type StagedAsset,
  stage,
  targetOf,
} from './planning.ts'

const api = await openDeployment()

const organization = await newTeam(api)
const { staging } = organization.environments
const key = organization.people.requester.keys.staging
await addType(api, organization, 'part', {
  references: [{ pointer: '/needs/*', types: ['part'], required: true }],
})

const codes = await stage(api, organization, 'valueSet', { values: [{ value: 'A' }] })

/** Writes a document as exactly this text. */
const writeText = (content: string) =>
  api.request(`/v1/environments/${staging}/assets`, {
    key,
    body: `{"type":"jsonDocument","name":"As it was typed","content":${content}}`,
  })

async function written(content: string): Promise<StagedAsset> {
  const response = await writeText(content)
  expect([content, response.status]).toEqual([content, 201])
  return { ...((await response.json()) as AssetAnswer), type: 'jsonDocument' }
}

/** Asks for a dry run with one binding whose value is exactly this text. */
function bindText(value: string | Uint8Array) {
  const [before, after] = JSON.stringify({
    ...bundleOf(organization, [codes]),
    bindings: [{ asset: codes.id, pointer: '/values', value: 'HERE' }],
  }).split('"HERE"')
  const body = Buffer.concat([Buffer.from(before ?? ''), Buffer.from(value), Buffer.from(after ?? '')])
  return api.request('/v1/promotions?dryRun=true', { key, body })
}

/** A chain of parts in which each needs the next, put into staging as one would import it. */
async function chain(of: FourPeople, length: number): Promise<StagedAsset> {
  const ids = Array.from({ length }, () => crypto.randomUUID())
  const contents = ids.map((_, place) => {
    const next = ids[place + 1]
    return Buffer.from(canonicalBytes({ needs: next === undefined ? [] : [next] }))
  })
  const digests = contents.map((bytes) => Buffer.from(digestOf(bytes), 'hex'))
  const pool = api.testStores.superuser('staging')
  await pool.query(
    'INSERT INTO content SELECT $1, * FROM unnest($2::bytea[], $3::bytea[]) ON CONFLICT DO NOTHING',
    [of.id, digests, contents],
  )
  await pool.query(
    `INSERT INTO asset (organization, id, environment, type, name, version, created_by, updated_by)
     SELECT $1, id, $2, 'part', 'Part', 1, $3, $3 FROM unnest($4::uuid[]) AS id`,
    [of.id, staging, of.people.requester.id, ids],
  )
  await pool.query(
    `INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
     SELECT $1, id, 1, digest, 'Part', $2, gen_random_uuid() FROM unnest($3::uuid[], $4::bytea[]) AS one(id, digest)`,
    [of.id, of.people.requester.id, ids, digests],
  )
  return {
    id: identifier(ids[0] ?? ''),
    version: 1,
    digest: digest('0'.repeat(64)),
    activeVersion: null,
    type: 'part',
  }
}

describe('case 51: references', () => {
  test('an asset that names itself is refused where it is written', async () => {
    const part = await stage(api, organization, 'part', { needs: [] })
    const refused = await api.request(`/v1/assets/${part.id}`, {
      key,
      method: 'PUT',
      body: { content: { needs: [part.id] } },
      headers: { 'If-Match': '*' },
    })
    expect(await refusalOf(refused)).toMatchObject({ status: 422, code: 'reference-cycle' })
  })

  test('a chain of 10,000 is offered up to a bound, nearest first', async () => {
    const first = await chain(organization, 10_000)
    const told = await preview(api, organization, bundleOf(organization, [first]))
    expect(inShort(told)).toEqual(['blocker reference-unresolved /needs/0'])
    expect(told.offers).toHaveLength(200)
    expect(told.offers.every(({ required }) => required)).toBe(true)
  })

  test('a bundle lands in an order in which everything comes after what it needs, the same every time', async () => {
    const parts: StagedAsset[] = []
    for (let place = 0; place < 12; place += 1) {
      const needs = [parts.at(-1)?.id, parts.at(-3)?.id].filter((id) => id !== undefined)
      parts.push(await stage(api, organization, 'part', { needs: [...new Set(needs)] }, `Part ${place}`))
    }
    const orders = await Promise.all(
      [parts, parts.toReversed(), parts.toSorted((one, other) => (one.id < other.id ? 1 : -1))].map(
        async (bundle) => (await preview(api, organization, bundleOf(organization, bundle))).items,
      ),
    )
    const names = orders.map((items) => items.map(({ name }) => name))
    expect(names).toEqual(Array(3).fill(parts.map((_, place) => `Part ${place}`)))
  })
})

test('case 52: members called like what objects have are data all the way to production', async () => {
  const content = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":1}},"toString":"text"}'
  const staged = await written(content)
  const promoted = await carry(api, organization, bundleOf(organization, [staged]))
  const landed = await landedContent(api, organization, targetOf(promoted, staged))
  expect(Object.keys(landed ?? {}).sort()).toEqual(['__proto__', 'constructor', 'toString'])
  expect(Object.prototype).not.toHaveProperty('admin')
  expect(promoted.items[0]?.digest).toBe(staged.digest)
})

test.for(['{"a":1,"a":2}', '{"a":{"b":1,"b":1}}'])(
  'case 53: a member named twice, %s, is refused wherever it is sent',
  async (text) => {
    expect((await refusalOf(await writeText(text))).status).toBe(422)
    expect((await refusalOf(await bindText(text))).status).toBe(422)
  },
)

describe('case 54: numbers', () => {
  test.for(['9007199254740993', '1e400', '12345678901234567890', '0.1000000000000000055'])(
    '%s would not stay what it is, and is refused wherever it is sent',
    async (number) => {
      expect((await refusalOf(await writeText(`{"n":${number}}`))).status).toBe(422)
      expect((await refusalOf(await bindText(`[${number}]`))).status).toBe(422)
    },
  )

  test('1.0, 1e0 and 1 are one number, and so are -0 and 0: what differs by nothing else changes nothing', async () => {
    const one = await written('{"n":1.0,"z":-0}')
    const same = await written('{"z":0,"n":1e0}')
    expect(same.digest).toBe(one.digest)
    await carry(api, organization, bundleOf(organization, [one]))
    await api.expectStatus(200, `/v1/assets/${one.id}`, {
      key,
      method: 'PUT',
      body: '{"content":{"n":1,"z":0.0}}',
      headers: { 'If-Match': '*' },
    })
    const told = await preview(api, organization, bundleOf(organization, [one]))
    expect(told.items).toMatchObject([{ action: 'unchanged', diff: [] }])
    expect(inShort(told)).toEqual(['blocker nothing-to-promote'])
  })
})

describe('case 55: text that is none', () => {
  const texts: readonly (readonly [string, string | Uint8Array])[] = [
    ['a lone surrogate', '"\\ud800"'],
    ['U+0000', '"a\\u0000b"'],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['half a character', Buffer.from([0x22, 0xe2, 0x82, 0x22])],
  ]
  test.for(texts)('%s is refused in a request', async ([, value]) => {
    const { status, text } = await refusalOf(await bindText(value))
    expect([400, 422]).toContain(status)
    expect(text).not.toContain('\ufffd')
  })

  test('text of any script arrives as it was sent', async () => {
    const words = 'Größe · 診療科 · עברית · 👩🏽‍⚕️'
    const staged = await stage(api, organization, 'jsonDocument', { words })
    const asked = await ask(api, organization, bundleOf(organization, [staged]))
    expect((await readPlan(api, organization, asked)).items).toMatchObject([{ content: { words } }])
  })
})
