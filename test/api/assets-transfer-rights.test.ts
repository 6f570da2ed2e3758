import { expect, test } from 'vitest'
import { valueSet } from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'
import { fileOf } from './transfer-file.ts'

const stores = await openStores()
const api = openApi(stores)

test('a right is taken while a large file is judged, which then comes in whole or not at all', async () => {
  const made = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
  const { id, keys } = made.people.engineer
  const { staging } = made.environments
  const body = fileOf(
    Array.from({ length: 3_000 }, (_, place) => ({
      ...valueSet(`large-${place}`),
      name: `Large ${place}`,
      id: crypto.randomUUID(),
    })),
  )

  const importing = api.request(`/v1/environments/${staging}/assets:import`, { key: keys.staging, body })
  const taken = await api.request(`/v1/environments/${staging}/members/${id}`, {
    key: made.people.owner.keys.organization,
    method: 'DELETE',
  })

  expect(taken.status).toBe(204)
  const { status } = await importing
  const { rows } = await stores
    .superuser('staging')
    .query('SELECT count(*)::integer FROM asset WHERE organization = $1', [made.id])
  expect([status, rows[0].count]).toEqual(status === 200 ? [200, 3_000] : [404, 0])
})

test('whoever may import nothing here is refused before their file is read', async () => {
  const made = await api.newOrganization({
    people: { viewer: { staging: 'viewer' }, engineer: { production: 'engineer' } },
  })
  const importInto = (kind: 'staging' | 'production', key = '') =>
    api.request(`/v1/environments/${made.environments[kind]}/assets:import`, {
      key,
      method: 'POST',
      body: '{"this is": no file',
      headers: { 'Content-Type': 'application/json' },
    })

  expect((await importInto('staging', made.people.viewer.keys.staging)).status).toBe(403)
  expect((await importInto('staging', made.people.engineer.keys.production)).status).toBe(404)
  expect((await importInto('production', made.people.engineer.keys.production)).status).toBe(403)
})
