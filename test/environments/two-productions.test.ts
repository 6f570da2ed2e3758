import { readFile } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import type { AssetId } from '../../src/domain/identifiers.ts'
import { landPromotion } from '../../src/services/production/land-promotion.ts'
import { postgresAssetStore } from '../../src/stores/postgres.ts'
import {
  type AssetAnswer,
  askFor,
  createValueSet,
  decideAs,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  promotionOf,
  reachState,
} from '../support/deployment.ts'
import { addEnvironment } from '../support/further-environment.ts'

vi.setConfig({ testTimeout: 90_000 })

// One of the two productions stands in the shared store, the other one in a database of its own.
const clinics = { name: 'clinics', kind: 'production' } as const
const api = await openDeployment([clinics])
const { expectStatus, newOrganization, testStores } = api

const organization = await newOrganization({ people: fourPeople })
const { requester, anna } = organization.people
const further = await addEnvironment(
  api,
  organization,
  { name: 'Clinics', kind: 'production', store: clinics.name },
  { requester: 'viewer', anna: 'engineer', ben: 'viewer' },
)

const silentAdmissions = await readFile('examples/assets/staging/alert-rule-silent-admissions.json', 'utf8')

interface ParityAnswer {
  readonly [list: string]: {
    readonly count: number | null
    readonly data: readonly {
      readonly asset: AssetId
      readonly partner?: { readonly asset: AssetId } | null
    }[]
    readonly nextCursor: string | null
  }
}

const parity = (environment: string, other: string, key: string | undefined, more = '') =>
  expectStatus<ParityAnswer>(200, `/v1/environments/${environment}/parity?with=${other}${more}`, { key })

/** Carries assets into the second production, as far as it lands. */
async function promoteToClinics(assets: readonly AssetAnswer[]): Promise<PromotionAnswer> {
  const asked = await expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key: requester.keys.staging,
    body: { ...promotionOf(organization, assets), toEnvironment: { id: further.id } },
    headers: { Prefer: 'wait=20' },
  })
  for (const name of ['anna', 'ben'] as const) {
    await decideAs(api, { keys: { production: further.keys[name] } }, asked)
  }
  const key = further.keys.anna
  await expect
    .poll(
      async () => (await expectStatus<PromotionAnswer>(200, `/v1/promotions/${asked.id}`, { key })).state,
      { timeout: 20_000, interval: 50 },
    )
    .toBe('promoted')
  return expectStatus<PromotionAnswer>(200, `/v1/promotions/${asked.id}`, { key })
}

async function promote(assets: readonly AssetAnswer[]): Promise<PromotionAnswer> {
  const asked = await askFor(api, organization, assets)
  for (const person of [organization.people.anna, organization.people.ben]) await decideAs(api, person, asked)
  return reachState(api, organization, asked, 'promoted')
}

async function rowsIn(store: string, text: string, values: readonly unknown[]): Promise<readonly object[]> {
  const kind = store === 'clinics' ? 'production' : (store as 'production')
  const login = kind === 'production' ? 'worker_production' : 'api'
  const { pool } = testStores.pool(kind, login, store)
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query("select set_config('countersign.organization', $1, true)", [organization.id])
    return (await client.query(text, [...values])).rows
  } finally {
    await client.query('rollback')
    client.release()
  }
}

describe('one staging asset, promoted to two productions', () => {
  test('has a fresh copy in each, an association for each, and each copy stands in the store of its environment', async () => {
    const staged = await createValueSet(api, organization)
    const first = await promote([staged])
    const second = await promoteToClinics([staged])
    const [hospital, clinic] = [first, second].map(({ items }) => items[0]?.target?.id ?? '')

    expect(hospital).not.toBe(clinic)
    const found = 'SELECT id, environment FROM asset WHERE id = ANY ($1::uuid[])'
    const both = [[hospital, clinic]]
    expect(await rowsIn('production', found, both)).toEqual([
      { id: hospital, environment: organization.environments.production },
    ])
    expect(await rowsIn('clinics', found, both)).toEqual([{ id: clinic, environment: further.id }])
    const { rows } = await testStores
      .superuser('control')
      .query(
        'SELECT destination_environment AS destination, target_asset AS target FROM association WHERE source_asset = $1',
        [staged.id],
      )
    expect(rows).toEqual(
      expect.arrayContaining([
        { destination: organization.environments.production, target: hospital },
        { destination: further.id, target: clinic },
      ]),
    )
    const [entry] = await rowsIn(
      'clinics',
      "SELECT convert_from(leaf, 'UTF8')::jsonb ->> 'source' AS source FROM log_entry LIMIT 1",
      [],
    )
    expect(entry).toEqual({ source: `test.countersign.example/clinics/${organization.id}` })
  })

  test('is landed by no worker of another store, whoever asks it to', async () => {
    const promoted = await promoteToClinics([await createValueSet(api, organization, ['Astray'])])
    const control = testStores.pool('control', 'worker_production')
    const reference = { organization: organization.id, promotion: promoted.id, revision: 1 }
    const workerOf = (name: string) => ({
      control,
      store: postgresAssetStore(testStores.pool('production', 'worker_production', name)),
    })

    expect(await landPromotion(workerOf('production'), reference)).toEqual({
      kind: 'refused',
      code: 'not-authorized',
    })
    expect(await landPromotion(workerOf('clinics'), reference)).toMatchObject({ kind: 'landed' })
  })

  test('goes on in one of them without the other', async () => {
    const staged = await createValueSet(api, organization, ['Once'])
    await promote([staged])
    await promoteToClinics([staged])
    const next = await expectStatus<AssetAnswer>(200, `/v1/assets/${staged.id}`, {
      key: requester.keys.staging,
      method: 'PUT',
      body: { content: { values: [{ value: 'Twice' }] } },
      headers: { 'If-Match': `"1-${staged.digest}"` },
    })
    await promote([next])

    const behind = async (other: string) => {
      const answer = await parity(organization.environments.staging, other, requester.keys.staging)
      return answer.behind?.data.map(({ asset }) => asset)
    }
    await expect.poll(() => behind(further.id), { timeout: 10_000 }).toContain(staged.id)
    expect(await behind(organization.environments.production)).not.toContain(staged.id)
  })

  test('is activated in one, by its own engineer, in its own store', async () => {
    const promoted = await promoteToClinics([await createValueSet(api, organization, ['Live'])])
    const target = promoted.items[0]?.target?.id
    const path = `/v1/promotions/${promoted.id}/rollout`
    const { headers } = await api.request(path, { key: further.keys.anna })

    const activate = (key: string | undefined) =>
      api.request(`${path}/activate`, {
        key,
        method: 'POST',
        headers: { 'If-Match': headers.get('ETag') ?? '' },
      })
    expect((await activate(anna.keys.production)).status).toBe(404)
    expect((await activate(further.keys.anna)).status).toBe(200)

    const active = () => rowsIn('clinics', 'SELECT version FROM active_version WHERE asset = $1', [target])
    await expect.poll(active, { timeout: 15_000 }).toEqual([{ version: 1 }])
  })

  test('gets a local asset from the worker of its own store', async () => {
    const made = await expectStatus<AssetAnswer>(201, `/v1/environments/${further.id}/assets`, {
      key: further.keys.anna,
      body: { type: 'source', name: 'EHR of the clinics', content: { serviceRegion: 'AWS_USA_EAST_1' } },
    })

    expect(await expectStatus(200, `/v1/assets/${made.id}`, { key: further.keys.anna })).toMatchObject({
      environment: further.id,
      version: 1,
    })
    const found = 'SELECT id FROM asset WHERE id = $1'
    expect(await rowsIn('clinics', found, [made.id])).toEqual([{ id: made.id }])
    expect(await rowsIn('production', found, [made.id])).toEqual([])
  })
})

describe('the parity of two environments', () => {
  test('tells what stands on one side alone and what drifted', async () => {
    const { staging, production } = organization.environments
    const alone = await createValueSet(api, organization, ['Alone'])
    const linked = await createValueSet(api, organization, ['Linked'])
    const target = (await promote([linked])).items[0]?.target?.id

    const here = () => parity(staging, production, requester.keys.staging, '&limit=100')
    const ids = (answer: ParityAnswer, list: string) => answer[list]?.data.map(({ asset }) => asset)
    await expect.poll(async () => ids(await here(), 'onlyHere'), { timeout: 10_000 }).toContain(alone.id)
    await expect.poll(async () => ids(await here(), 'onlyHere')).not.toContain(linked.id)
    await testStores
      .superuser('control')
      .query("UPDATE asset_head SET version = 2, digest = sha256('other') WHERE asset = $1", [target])
    expect((await here()).drifted?.data).toEqual([
      expect.objectContaining({ asset: linked.id, partner: expect.objectContaining({ asset: target }) }),
    ])
    const back = await parity(production, staging, requester.keys.production, '&limit=100')
    expect(ids(back, 'onlyThere')).toContain(alone.id)
    expect(ids(back, 'drifted')).toEqual([target])
  })

  test('tells which places have no counterpart, until a promotion gives them one', async () => {
    const { staging, production } = organization.environments
    const write = (type: string, content: object) =>
      expectStatus<AssetAnswer>(201, `/v1/environments/${staging}/assets`, {
        key: requester.keys.staging,
        body: { type, name: `A ${type}`, content },
      })
    const [from, to] = [await createValueSet(api, organization), await createValueSet(api, organization)]
    const translation = await write('translationSet', {
      fromValueSet: { id: from.id },
      toValueSet: { id: to.id },
      translations: [{ fromValueId: 'a', toValueId: 'b' }],
    })
    const alert = await write('alertRule', JSON.parse(silentAdmissions).content)
    const unbound = async (other = production) => {
      const answer = await parity(staging, other, requester.keys.staging, '&limit=100')
      return answer.unbound?.data.filter(({ asset }) => asset === alert.id || asset === translation.id)
    }
    const recipients = {
      asset: alert.id,
      type: 'alertRule',
      pointer: '/notification/configuration/to',
      place: 'binding',
    }
    const referring = { asset: translation.id, type: 'translationSet', place: 'reference' }
    expect(await unbound()).toEqual([
      recipients,
      { ...referring, pointer: '/fromValueSet/id' },
      { ...referring, pointer: '/toValueSet/id' },
    ])

    await promote([from])
    const asked = await expectStatus<PromotionAnswer>(202, '/v1/promotions', {
      key: requester.keys.staging,
      body: {
        ...promotionOf(organization, [alert], 'alertRule'),
        bindings: [{ asset: alert.id, pointer: recipients.pointer, value: ['oncall@northlake.example'] }],
      },
      headers: { Prefer: 'wait=20' },
    })
    for (const person of [organization.people.anna, organization.people.ben])
      await decideAs(api, person, asked)
    await reachState(api, organization, asked, 'promoted')

    expect(await unbound()).toEqual([{ ...referring, pointer: '/toValueSet/id' }])
    expect(await unbound(further.id)).toHaveLength(3)
  })

  test('is read page by page, each list by itself', async () => {
    const { staging, production } = organization.environments
    const made: AssetId[] = []
    for (const value of ['P', 'Q', 'R']) made.push((await createValueSet(api, organization, [value])).id)
    const whole = () => parity(staging, production, requester.keys.staging, '&limit=100')
    const known = async () => (await whole()).onlyHere?.data.map(({ asset }) => asset)
    await expect.poll(known, { timeout: 10_000 }).toEqual(expect.arrayContaining(made))
    const all = (await whole()).onlyHere?.data.map(({ asset }) => asset) ?? []

    const read: AssetId[] = []
    let more = ''
    for (let page = 0; page < all.length; page += 1) {
      const answer = await parity(staging, production, requester.keys.staging, `&limit=2${more}`)
      read.push(...(answer.onlyHere?.data.map(({ asset }) => asset) ?? []))
      const next = answer.onlyHere?.nextCursor
      if (more !== '') expect(answer.behind?.data).toEqual([])
      if (!next) break
      more = `&cursor=${next}`
    }
    expect(read).toEqual(all)
  })

  test('is not for who has a role in one of them alone, nor of an environment with itself', async () => {
    const { staging, production, development } = organization.environments
    const ask = async (environment: string, other: string, key: string | undefined) =>
      (await api.request(`/v1/environments/${environment}/parity?with=${other}`, { key })).status

    expect(await ask(production, staging, anna.keys.production)).toBe(404)
    expect(await ask(staging, development, requester.keys.staging)).toBe(404)
    expect(await ask(production, staging, requester.keys.staging)).toBe(404)
    expect(await ask(staging, production, requester.keys.organization)).toBe(404)
    expect(await ask(staging, staging, requester.keys.staging)).toBe(400)
  })
})
