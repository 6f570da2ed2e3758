import { beforeAll, describe, expect, test } from 'vitest'
import type { EnvironmentKind } from '../../src/services/context.ts'
import { canonicalBytes } from '../../src/trust/canonical.ts'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { type Asset, type Problem, tagOf } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi, type TestOrganization } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })
const { expectStatus, request } = api

type People = 'engineer' | 'second' | 'viewer'
let organization: TestOrganization<People>

beforeAll(async () => {
  organization = await api.newOrganization({
    people: {
      engineer: { development: 'engineer', staging: 'engineer', production: 'engineer' },
      second: { development: 'engineer', staging: 'engineer', production: 'engineer' },
      viewer: { development: 'viewer', staging: 'viewer', production: 'viewer' },
    },
  })
})

interface Erasure {
  readonly state: string
  readonly erased: boolean
  readonly active: boolean
  readonly proposedBy: string
  readonly confirmedBy: string | null
}

type Who = People | 'owner'
const keyOf = (who: Who, kind: EnvironmentKind) => organization.people[who].keys[kind]

let marks = 0

/** An asset whose content nobody else has. */
async function newAsset(kind: EnvironmentKind) {
  marks += 1
  const content = { authStrategy: 'OAuth', clientId: `to be erased ${marks}` }
  const body = { type: 'authCredential', name: 'Intake client', content }
  const path = `/v1/environments/${organization.environments[kind]}/assets`
  const asset = await expectStatus<Asset>(201, path, { key: keyOf('engineer', kind), body })
  return { asset, body, path, bytes: Buffer.from(canonicalBytes(content)) }
}

function erase(who: Who, kind: EnvironmentKind, { id }: Asset, version = 1, idempotencyKey?: string) {
  return request(`/v1/assets/${id}/versions/${version}/erase`, {
    key: keyOf(who, kind),
    body: { reason: 'It names a patient.' },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
}

async function erased(who: Who, kind: EnvironmentKind, asset: Asset): Promise<Erasure> {
  const response = await erase(who, kind, asset)
  expect(response.status).toBe(200)
  return (await response.json()) as Erasure
}

/** How often bytes stand in the content of a store. */
async function copies(store: EnvironmentKind | 'control', bytes: Buffer): Promise<number | null> {
  return (await stores.superuser(store).query('SELECT FROM content WHERE bytes = $1', [bytes])).rowCount
}

describe.each(['development', 'staging', 'production'] as const)('in %s', (kind) => {
  test('one person proposes, and nothing is erased', async () => {
    const { asset, bytes } = await newAsset(kind)
    const first = await erased('engineer', kind, asset)
    expect(first).toMatchObject({
      asset: asset.id,
      version: 1,
      digest: asset.digest,
      state: 'proposed',
      erased: false,
      active: false,
      proposedBy: organization.people.engineer.id,
      confirmedBy: null,
    })
    expect(await erased('engineer', kind, asset)).toEqual(first)
    expect(await copies(kind, bytes)).toBe(1)
    const told = (await verifiedLog(stores, 'control', organization.id)).filter(
      ({ type, data }) => type.startsWith('erasure.') && data.asset === asset.id,
    )
    expect(told).toMatchObject([
      { type: 'erasure.proposed', data: { digest: asset.digest, details: { active: false } } },
    ])
    expect(JSON.stringify(told)).not.toContain('patient')
  })

  test('a second one confirms: the bytes are gone everywhere, digests and proofs stay', async () => {
    const { asset, body, path, bytes } = await newAsset(kind)
    await erased('engineer', kind, asset)
    const before = await verifiedLog(stores, kind, organization.id)
    expect(await erased('second', kind, asset)).toMatchObject({
      state: 'confirmed',
      erased: true,
      proposedBy: organization.people.engineer.id,
      confirmedBy: organization.people.second.id,
    })
    expect([await copies(kind, bytes), await copies('control', bytes)]).toEqual([0, 0])
    const version = await expectStatus(200, `/v1/assets/${asset.id}/versions/1`, {
      key: keyOf('viewer', kind),
    })
    expect(version).toMatchObject({ digest: asset.digest, content: null })
    const after = await verifiedLog(stores, kind, organization.id)
    expect(after.slice(0, before.length)).toEqual(before)
    expect(after.at(-1)).toMatchObject({
      type: 'asset.version-erased',
      data: {
        asset: asset.id,
        digest: asset.digest,
        details: {
          proposedBy: organization.people.engineer.id,
          confirmedBy: organization.people.second.id,
        },
      },
    })
    // Neither as another asset nor as a next version.
    const again = await request(path, { key: keyOf('engineer', kind), body })
    expect([again.status, ((await again.json()) as Problem).code]).toEqual([403, 'forbidden'])
    // Whoever asks once more is told the same, and no entry is made.
    expect(await erased('engineer', kind, asset)).toMatchObject({ state: 'confirmed', erased: true })
    expect(await verifiedLog(stores, kind, organization.id)).toHaveLength(after.length)
  })

  test('an owner may be one of the two as an engineer there; a viewer and a service account may not', async () => {
    const { asset, bytes } = await newAsset(kind)
    expect((await erase('viewer', kind, asset)).status).toBe(403)
    const { engineer } = organization.people
    const account = await expectStatus<{ id: string }>(201, `/v1/organizations/${organization.id}/people`, {
      key: organization.people.owner.keys.organization,
      body: { kind: 'service', name: `Pipeline of ${kind}`, owner: engineer.id },
    })
    const environment = organization.environments[kind]
    await expectStatus(200, `/v1/environments/${environment}/members/${account.id}`, {
      key: organization.people.owner.keys.organization,
      method: 'PUT',
      body: { role: 'engineer' },
    })
    const { secret } = await expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: engineer.keys[kind],
      body: { name: 'pipeline', environment, account: account.id },
    })
    const byAccount = await request(`/v1/assets/${asset.id}/versions/1/erase`, {
      key: secret,
      body: { reason: 'It names a patient.' },
    })
    expect(byAccount.status).toBe(403)
    await erased('owner', kind, asset)
    expect(await copies(kind, bytes)).toBe(1)
    expect(await erased('second', kind, asset)).toMatchObject({ state: 'confirmed' })
    expect(await copies(kind, bytes)).toBe(0)
  })

  test('what is not there or not seen is not found, and a reason is needed', async () => {
    const { asset } = await newAsset(kind)
    expect((await erase('engineer', kind, asset, 2)).status).toBe(404)
    const other = kind === 'staging' ? 'development' : 'staging'
    expect((await erase('engineer', other, asset)).status).toBe(404)
    const path = `/v1/assets/${asset.id}/versions/1/erase`
    await expectStatus(422, path, { key: keyOf('engineer', kind), body: { reason: '' } })
    await expectStatus(400, path, {
      key: keyOf('engineer', kind),
      body: { reason: 'x' },
      idempotencyKey: null,
    })
    const first = await erase('engineer', kind, asset, 1, `the same key in ${kind}`)
    const second = await erase('engineer', kind, asset, 1, `the same key in ${kind}`)
    expect(second.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await second.json()).toEqual(await first.json())
  })

  test('two people who ask at the same moment are one proposal and one confirmation', async () => {
    const { asset, bytes } = await newAsset(kind)
    const answers = await Promise.all([erase('engineer', kind, asset), erase('second', kind, asset)])
    const states = await Promise.all(answers.map(async (one) => ((await one.json()) as Erasure).state))
    expect(states.toSorted()).toEqual(['confirmed', 'proposed'])
    expect(await copies(kind, bytes)).toBe(0)
  })
})

test('an erased version is followed by others', async () => {
  const { asset } = await newAsset('staging')
  await erased('engineer', 'staging', asset)
  await erased('second', 'staging', asset)
  const written = await expectStatus<Asset>(200, `/v1/assets/${asset.id}`, {
    key: keyOf('engineer', 'staging'),
    method: 'PUT',
    headers: { 'If-Match': tagOf(asset) },
    body: { content: { authStrategy: 'OAuth', clientId: 'clean' } },
  })
  expect(written.version).toBe(2)
})

test('an erasure in production that its worker could not carry out yet is completed when it is asked for again', async () => {
  const { asset, bytes } = await newAsset('production')
  await erased('engineer', 'production', asset)
  const away = openApi(stores)
  const pending = await away.request(`/v1/assets/${asset.id}/versions/1/erase`, {
    key: keyOf('second', 'production'),
    body: { reason: 'It names a patient.' },
  })
  expect(pending.status).toBe(202)
  expect([await copies('production', bytes), await copies('control', bytes)]).toEqual([1, 0])
  expect(await erased('engineer', 'production', asset)).toMatchObject({ state: 'confirmed', erased: true })
  expect(await copies('production', bytes)).toBe(0)
})

test('a reason that names a patient itself is refused, and nothing is proposed', async () => {
  const { asset } = await newAsset('staging')
  const ssn = [219, '09', 9999].join('-')
  const response = await request(`/v1/assets/${asset.id}/versions/1/erase`, {
    key: keyOf('engineer', 'staging'),
    body: { reason: `It names the patient with SSN ${ssn}.` },
  })
  const text = await response.text()
  expect([response.status, JSON.parse(text)]).toMatchObject([
    422,
    { code: 'patient-data', errors: [{ pointer: '/reason' }] },
  ])
  expect(text).not.toContain(ssn)
  expect(await erased('second', 'staging', asset)).toMatchObject({ state: 'proposed' })
})
