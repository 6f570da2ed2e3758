import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Problem, source, valueSet } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi, type TestOrganization } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

test('debug', async () => {
  const made = await api.newOrganization({ people: { engineer: { staging: 'engineer', development: 'engineer' } } })
  const key = made.people.engineer.keys.staging
  const assets = `/v1/environments/${made.environments.staging}/assets`
  await api.expectStatus(201, assets, { key, body: valueSet('I') })
  await api.expectStatus(201, assets, { key, body: source() })
  const response = await api.request(`${assets}:export`, { key })
  const text = await response.text()
  console.log(response.status, response.headers, text)
  const imported = await api.request(`/v1/environments/${made.environments.development}/assets:import`, { key: made.people.engineer.keys.development, body: text })
  console.log(imported.status, await imported.text())
  console.log((await api.request(`${assets}:foo`, { key })).status, (await api.request(`${assets}foo`, { key })).status, (await api.request(`${assets}:export`, { key, method: 'DELETE' })).status)
  const doc = await api.expectStatus<any>(200, '/openapi.json')
  console.log(Object.keys(doc.paths).filter((p) => p.includes(':')))
})
