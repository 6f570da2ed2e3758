import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import {
  type Asset,
  destination,
  type Page,
  type Problem,
  tagOf,
  valueSet,
} from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })
const withoutWorkflows = openApi(stores)
const credential = {
  type: 'authCredential',
  name: 'Intake key',
  content: { authStrategy: 'OAuth2', clientId: 'intake', hasClientSecret: false },
}

interface Use {
  readonly id: string
  readonly type: string | null
  readonly version: number | null
  readonly pointer: string
  readonly required: boolean
  readonly resolved: boolean
}

async function newOrganization() {
  const made = await api.newOrganization({
    people: { engineer: { staging: 'engineer', development: 'engineer', production: 'engineer' } },
  })
  const key = made.people.engineer.keys.staging
  const assets = `/v1/environments/${made.environments.staging}/assets`
  const create = (body: unknown) => api.expectStatus<Asset>(201, assets, { key, body })
  const read = <Answer>(path: string) => api.expectStatus<Answer>(200, path, { key })
  return { ...made, key, assets, create, read, keys: made.people.engineer.keys }
}

function translation(from: string, to: string) {
  const content = { fromValueSet: { id: from }, toValueSet: { id: to }, translations: [] }
  return { type: 'translationSet', name: 'From the clinic to the hospital', content }
}

describe('what an asset uses, and what uses it', () => {
  test('is told from both ends, for the newest version', async () => {
    const { create, read, key } = await newOrganization()
    const [from, to, other] = [
      await create(valueSet('I')),
      await create(valueSet('O')),
      await create(valueSet('E')),
    ]
    const set = await create(translation(from.id, to.id))
    expect(await read<Page<Use>>(`/v1/assets/${set.id}/uses`)).toEqual({
      data: [
        {
          id: from.id,
          type: 'valueSet',
          name: from.name,
          version: 1,
          pointer: '/fromValueSet/id',
          required: true,
          resolved: true,
        },
        {
          id: to.id,
          type: 'valueSet',
          name: to.name,
          version: 1,
          pointer: '/toValueSet/id',
          required: true,
          resolved: true,
        },
      ],
      nextCursor: null,
    })
    expect((await read<Page<Use>>(`/v1/assets/${to.id}/used-by`)).data).toEqual([
      {
        id: set.id,
        type: 'translationSet',
        name: set.name,
        version: 1,
        pointer: '/toValueSet/id',
        required: true,
        resolved: true,
      },
    ])
    const { content } = translation(from.id, other.id)
    const headers = { 'If-Match': tagOf(set) }
    await api.expectStatus(200, `/v1/assets/${set.id}`, { key, method: 'PUT', body: { content }, headers })
    expect((await read<Page<Use>>(`/v1/assets/${to.id}/used-by`)).data).toEqual([])
    expect((await read<Page<Use>>(`/v1/assets/${other.id}/used-by`)).data).toMatchObject([
      { id: set.id, version: 2 },
    ])
  })

  test('is paged', async () => {
    const { create, read } = await newOrganization()
    const [from, to] = [await create(valueSet('I')), await create(valueSet('O'))]
    const sets: string[] = []
    for (const _ of Array(3)) sets.unshift((await create(translation(from.id, to.id))).id)
    for (const [path, expected] of [
      [`/v1/assets/${from.id}/used-by`, sets],
      [`/v1/assets/${sets[0]}/uses`, [from.id, to.id]],
    ] as const) {
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`
        const page: Page<Use> = await read(`${path}?limit=1${query}`)
        expect(page.data).toHaveLength(1)
        seen.push(...page.data.map(({ id }) => id))
        cursor = page.nextCursor
      }
      expect(seen).toEqual(expected)
    }
  })

  test('is nobody else’s to see', async () => {
    const { create, keys } = await newOrganization()
    const stranger = await newOrganization()
    const { id } = await create(valueSet('I'))
    for (const key of [keys.development, stranger.key]) {
      await api.expectStatus(404, `/v1/assets/${id}/uses`, { key })
      await api.expectStatus(404, `/v1/assets/${id}/used-by`, { key })
    }
  })

  test('is known in production too', async () => {
    const { environments, keys } = await newOrganization()
    const path = `/v1/environments/${environments.production}/assets`
    const key = keys.production
    const used = await api.expectStatus<Asset>(201, path, { key, body: credential })
    const content = { ...destination.content, authCredential: used.id }
    const user = await api.expectStatus<Asset>(201, path, { key, body: { ...destination, content } })
    expect(
      (await api.expectStatus<Page<Use>>(200, `/v1/assets/${used.id}/used-by`, { key })).data,
    ).toMatchObject([{ id: user.id, pointer: '/authCredential', required: false }])
    const wrong = { ...destination.content, authCredential: user.id }
    const refused = await api.expectStatus<Problem>(422, path, {
      key,
      body: { ...destination, content: wrong },
    })
    expect(refused).toMatchObject({ code: 'invalid-body', errors: [{ pointer: '/content/authCredential' }] })
  })
})

describe('a reference', () => {
  test('to an asset of a type that may not stand there is refused by its place', async () => {
    const { create, assets, key } = await newOrganization()
    const [right, wrong] = [await create(valueSet('I')), await create(credential)]
    const body = translation(right.id, wrong.id)
    const refused = await api.expectStatus<Problem>(422, assets, { key, body })
    expect(refused).toMatchObject({
      code: 'invalid-body',
      errors: [
        {
          pointer: '/content/toValueSet/id',
          message: 'names an asset of type authCredential; valueSet may stand here',
        },
      ],
    })
  })

  test('case 16: to an asset of another environment or organization is as one to nothing', async () => {
    const { create, read, environments, keys } = await newOrganization()
    const stranger = await newOrganization()
    const elsewhere = await stranger.create(credential)
    const path = `/v1/environments/${environments.development}/assets`
    const besides = await api.expectStatus<Asset>(201, path, { key: keys.development, body: credential })
    const shown = []
    for (const id of [elsewhere.id, besides.id, uuidv7()]) {
      const set = await create(translation(id, id))
      expect(set.unresolvedReferences).toEqual(['/fromValueSet/id', '/toValueSet/id'])
      const { data } = await read<Page<Use>>(`/v1/assets/${set.id}/uses`)
      shown.push(data.map((use) => ({ ...use, id: use.id === id })))
    }
    expect(shown[0]?.[0]).toEqual({
      id: true,
      type: null,
      name: null,
      version: null,
      pointer: '/fromValueSet/id',
      required: true,
      resolved: false,
    })
    expect(shown[1]).toEqual(shown[0])
    expect(shown[2]).toEqual(shown[0])
    expect((await stranger.read<Page<Use>>(`/v1/assets/${elsewhere.id}/used-by`)).data).toEqual([])
  })

  test('resolves no more once its asset could be deleted, which it cannot while it is used', async () => {
    const { create, read, key } = await newOrganization()
    const [from, to] = [await create(valueSet('I')), await create(valueSet('O'))]
    const set = await create(translation(from.id, to.id))
    const refused = await api.expectStatus<Problem>(409, `/v1/assets/${to.id}`, { key, method: 'DELETE' })
    expect(refused).toMatchObject({
      code: 'asset-in-use',
      errors: [{ pointer: '', message: `asset ${set.id} uses it at /toValueSet/id` }],
    })
    await api.expectStatus(204, `/v1/assets/${set.id}`, { key, method: 'DELETE' })
    await api.expectStatus(204, `/v1/assets/${to.id}`, { key, method: 'DELETE' })
    expect((await read<Asset>(`/v1/assets/${set.id}`)).unresolvedReferences).toEqual(['/toValueSet/id'])
  })
})

test('an asset tells who deleted it', async () => {
  const { create, read, key, people } = await newOrganization()
  const asset = await create(valueSet('I'))
  expect(asset.deletedBy).toBeNull()
  await api.expectStatus(204, `/v1/assets/${asset.id}`, { key, method: 'DELETE' })
  expect((await read<Asset>(`/v1/assets/${asset.id}`)).deletedBy).toBe(people.engineer.id)
})

describe('a promotion', () => {
  test('of a reference to nothing in the source is refused when it is asked for, wherever else the id may be', async () => {
    const { create, key, environments } = await newOrganization()
    const stranger = await newOrganization()
    const elsewhere = await stranger.create(valueSet('I'))
    const here = await create(valueSet('I'))
    const ask = (set: Asset, more: object = {}) =>
      withoutWorkflows.request('/v1/promotions', {
        key,
        body: {
          promotingAssets: [
            { id: here.id, type: 'valueSet' },
            { id: set.id, type: 'translationSet' },
          ],
          fromEnvironment: { id: environments.staging },
          toEnvironment: { id: environments.production },
          reason: 'The hospital opens on Monday',
          ...more,
        },
      })
    const answers = []
    for (const id of [elsewhere.id, uuidv7()]) {
      const response = await ask(await create(translation(here.id, id)))
      const { code, errors } = (await response.json()) as Problem
      answers.push({ status: response.status, code, errors })
    }
    expect(answers[0]).toEqual({
      status: 422,
      code: 'invalid-body',
      errors: [
        {
          pointer: '/promotingAssets/1',
          message: 'its content names at /toValueSet/id no asset of the source environment',
        },
      ],
    })
    expect(answers[1]).toEqual(answers[0])
    const target = uuidv7()
    const bound = await create(translation(here.id, target))
    const bindings = [{ from: target, to: uuidv7() }]
    // Resolved by its binding, it gets as far as the people: this organization has no approvers.
    expect(await (await ask(bound, { bindings })).json()).toMatchObject({ code: 'nobody-can-approve' })
  })
})

describe('an asset of a type of the organization’s own', () => {
  const part = {
    schema: {
      type: 'object',
      properties: { parts: { type: 'array', items: { type: 'string' } } },
      required: ['parts'],
      additionalProperties: false,
    },
    promotable: false,
    references: [{ pointer: '/parts/*', types: ['part'], required: true }],
    bindings: [],
    secrets: [],
    immutable: [],
  }
  const bodyOf = (...parts: readonly string[]) => ({ type: 'part', name: 'A part', content: { parts } })

  async function withParts() {
    const made = await newOrganization()
    const key = made.people.owner.keys.organization
    await api.expectStatus(200, '/v1/asset-types/part', { key, method: 'PUT', body: part })
    return made
  }

  test('closes no circle, in staging or in production, and says which it would be', async () => {
    const { environments, keys } = await withParts()
    for (const kind of ['staging', 'production'] as const) {
      const key = keys[kind]
      const path = `/v1/environments/${environments[kind]}/assets`
      const inner = await api.expectStatus<Asset>(201, path, { key, body: bodyOf() })
      const outer = await api.expectStatus<Asset>(201, path, { key, body: bodyOf(inner.id) })
      const refused = await api.expectStatus<Problem>(422, `/v1/assets/${inner.id}`, {
        key,
        method: 'PUT',
        body: { content: { parts: [outer.id] } },
        headers: { 'If-Match': tagOf(inner) },
      })
      expect(refused).toMatchObject({
        code: 'reference-cycle',
        errors: [
          { pointer: '/content/parts/0', message: `leads back to this asset: ${inner.id} → ${outer.id}` },
        ],
      })
      const { data } = await api.expectStatus<Page<Use>>(200, `/v1/assets/${inner.id}/used-by`, { key })
      expect(data).toMatchObject([{ id: outer.id, pointer: '/parts/0', resolved: true }])
    }
  })

  test('names others by their id alone', async () => {
    const { assets, key } = await withParts()
    const refused = await api.expectStatus<Problem>(422, assets, { key, body: bodyOf('the other one') })
    expect(refused).toMatchObject({
      code: 'invalid-body',
      errors: [{ pointer: '/content/parts/0', message: "must be an asset's id" }],
    })
  })
})

test('what a link of a partner refers to is not told', async () => {
  const { create, read } = await newOrganization()
  const ends = { source: { id: uuidv7() }, destination: { id: uuidv7() } }
  const link = { id: 'theirs', ...ends, dataModel: 'Results', partnerOwned: true }
  const content = { action: 'send', rules: [], links: [link] }
  const asset = await create({ type: 'filter', name: 'Shared', content })
  expect(asset.unresolvedReferences).toEqual([])
  expect((await read<Page<Use>>(`/v1/assets/${asset.id}/uses`)).data).toEqual([])
})
