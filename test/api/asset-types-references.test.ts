import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/domain/json.ts'
import { type Page, type Problem, tagOf } from '../services/assets/samples.ts'
import {
  type AssetAnswer,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  promotionOf,
} from '../support/deployment.ts'

const api = await openDeployment()
const { expectStatus } = api

const label = { pointer: '/label', types: ['valueSet'], required: true }
const open = {
  schema: {},
  promotable: true,
  references: [] as object[],
  bindings: [],
  secrets: [],
  immutable: [],
}

async function newOrganization(definition: object = open) {
  const made: FourPeople = await api.newOrganization({ people: fourPeople })
  const { people, environments } = made
  const put = (body: object, headers = {}) =>
    api.request('/v1/asset-types/marker', {
      key: people.owner.keys.organization,
      method: 'PUT',
      body,
      headers,
    })
  expect((await put(definition)).status).toBe(200)
  const key = people.requester.keys.staging
  const create = (content: JsonValue, type = 'marker') =>
    expectStatus<AssetAnswer>(201, `/v1/environments/${environments.staging}/assets`, {
      key,
      body: { type, name: 'One', content },
    })
  const change = async (rules: object) => {
    const response = await put({ ...definition, ...rules }, { 'If-Match': '"1"' })
    return { status: response.status, ...((await response.json()) as Problem) }
  }
  return { ...made, key, create, change }
}

describe('a change of the references of a type', () => {
  test('is refused where stored content names no asset by its id, without the value', async () => {
    const { create, change } = await newOrganization()
    const { id } = await create({ label: 'visible-value-123' })
    const refused = await change({ references: [label] })
    expect(refused).toMatchObject({ status: 409, code: 'type-in-use', errors: [{ pointer: '/label' }] })
    expect(refused.errors?.[0]?.message).toContain(`would have to be an asset's id (asset ${id} in`)
    expect(JSON.stringify(refused)).not.toContain('visible-value-123')
  })

  test('is refused where stored content would begin or cease to refer, so that who uses what stays true', async () => {
    const { create, change, key } = await newOrganization()
    const used = await create({ values: [{ value: 'A' }] }, 'valueSet')
    await create({ label: used.id })
    expect(await change({ references: [label] })).toMatchObject({
      status: 409,
      errors: [{ pointer: '/label' }],
    })

    const other = await newOrganization({ ...open, references: [label] })
    const target = await other.create({ values: [{ value: 'A' }] }, 'valueSet')
    const user = await other.create({ label: target.id })
    for (const references of [[], [{ ...label, required: false }]]) {
      expect(await other.change({ references })).toMatchObject({
        status: 409,
        errors: [{ pointer: '/label' }],
      })
    }
    expect(
      (await expectStatus<Page<unknown>>(200, `/v1/assets/${target.id}/used-by`, { key: other.key })).data,
    ).toMatchObject([{ id: user.id }])
    await expectStatus(204, `/v1/assets/${user.id}`, { key: other.key, method: 'DELETE' })
    expect((await other.change({ references: [] })).status).toBe(200)
    await expectStatus(204, `/v1/assets/${used.id}`, { key, method: 'DELETE' })
  })

  test('is refused where an asset stands of a type that may not any more', async () => {
    const wide = { ...label, types: ['valueSet', 'marker'] }
    const { create, change } = await newOrganization({ ...open, references: [wide] })
    const used = await create({})
    await create({ label: used.id })
    expect(await change({ references: [label] })).toMatchObject({
      status: 409,
      code: 'type-in-use',
      errors: [{ pointer: '/label', message: expect.stringMatching(/^names an asset of type marker/) }],
    })
    const wider = { ...label, types: ['marker', 'valueSet', 'translationSet'] }
    expect((await change({ references: [wider] })).status).toBe(200)
  })

  test('is refused where assets would refer to each other in a circle', async () => {
    const { create, change, key } = await newOrganization()
    const one = await create({})
    const other = await create({ label: one.id })
    await expectStatus(200, `/v1/assets/${one.id}`, {
      key,
      method: 'PUT',
      body: { content: { label: other.id } },
      headers: { 'If-Match': tagOf(one) },
    })
    const circle = { ...label, types: ['marker'] }
    expect(await change({ references: [circle] })).toMatchObject({ status: 409, code: 'type-in-use' })
  })

  test('is accepted where no content has such a place', async () => {
    const { create, change } = await newOrganization()
    await create({ label: null, another: 'text' })
    expect((await change({ references: [label] })).status).toBe(200)
  })
})

describe('a change of what a partner owns', () => {
  const links = { pointer: '/links/*/to', types: ['valueSet'], required: false }
  const partnerOwned = [{ pointer: '/links/*', flag: 'theirs' }]

  test('is refused where ids would repeat, or references would be hidden', async () => {
    const { create, change } = await newOrganization({ ...open, references: [links] })
    const used = await create({ values: [{ value: 'A' }] }, 'valueSet')
    const twin = { id: 'a', theirs: true }
    await create({ links: [twin, twin] })
    const refused = await change({ partnerOwned })
    expect(refused).toMatchObject({ status: 409, errors: [{ pointer: '/links/1' }] })
    await create({ links: [{ id: 'b', theirs: true, to: used.id }] })
    const pointers = (await change({ partnerOwned })).errors?.map(({ pointer }) => pointer)
    expect(pointers).toEqual(['/links/1', '/links/0/to'])
  })

  const theirs = { links: [{ id: 'a', theirs: true, to: 'visible-value-123' }] }

  test('never makes a comparison of environments fail, whatever text stands there', async () => {
    const { create, environments, key } = await newOrganization({
      ...open,
      references: [links],
      partnerOwned,
    })
    await create(theirs)
    const path = `/v1/environments/${environments.staging}/parity?with=${environments.production}`
    const parity = await expectStatus<object>(200, path, { key })
    expect(JSON.stringify(parity)).not.toContain('visible-value-123')
  })

  test('never makes a promotion fail, whatever text stands there', async () => {
    const organization = await newOrganization({ ...open, references: [links], partnerOwned })
    const staged = await organization.create(theirs)
    const asked = await expectStatus<PromotionAnswer>(202, '/v1/promotions', {
      key: organization.key,
      body: promotionOf(organization, [staged], 'marker'),
      headers: { Prefer: 'wait=10' },
    })
    await expectStatus(200, `/v1/promotions/${asked.id}/plan`, {
      key: organization.people.anna.keys.production,
    })
  })
})
