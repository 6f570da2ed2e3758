import { describe, expect, test } from 'vitest'
import { type Asset, valueSet } from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const api = openApi(await openStores())
const organization = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
const { staging, production } = organization.environments
const key = organization.people.engineer.keys.staging
const asset = await api.expectStatus<Asset>(201, `/v1/environments/${staging}/assets`, {
  key,
  body: valueSet('I'),
})
const path = `/v1/assets/${asset.id}`
const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe.each([2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER])('the number %d', (number) => {
  test('is no version to restore', async () => {
    for (const query of ['', '?dryRun=true']) {
      const response = await api.request(`${path}/restore${query}`, { key, body: { version: number } })
      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({
        code: 'invalid-body',
        errors: [{ pointer: '/version' }],
      })
    }
  })

  test('is no version to promote', async () => {
    const response = await api.request('/v1/promotions', {
      key,
      body: {
        promotingAssets: [{ id: asset.id, type: 'valueSet', version: number }],
        fromEnvironment: { id: staging },
        toEnvironment: { id: production },
        reason: 'Because',
      },
    })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      code: 'invalid-body',
      errors: [{ pointer: '/promotingAssets/0/version' }],
    })
  })

  test('is no step to decide', async () => {
    const response = await api.request(`/v1/promotions/${asset.id}/decisions`, {
      key,
      body: { verdict: 'approve', comment: 'Read', step: number },
      headers: { 'If-Match': `"${'0'.repeat(64)}"` },
    })
    expect(response.status).toBe(422)
  })

  test('is no place that a list goes on from', async () => {
    for (const [list, place] of [
      ['versions', number],
      ['uses', { version: number, position: 0 }],
      ['uses', { version: 1, position: number }],
      ['used-by', { asset: asset.id, position: number }],
    ] as const) {
      const response = await api.request(`${path}/${list}?cursor=${cursorOf(place)}`, { key })
      expect(response.status).toBe(400)
    }
  })

  test('is no version that a path leads to', async () => {
    expect((await api.request(`${path}/versions/${number}`, { key })).status).toBe(404)
    const erase = { key, body: { reason: 'Because' } }
    expect((await api.request(`${path}/versions/${number}/erase`, erase)).status).toBeLessThan(500)
  })
})

test('the largest number that a version could have is looked for and not found', async () => {
  const response = await api.request(`${path}/restore`, { key, body: { version: 2 ** 31 - 1 } })
  expect(response.status).toBe(404)
})
