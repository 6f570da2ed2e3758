import { describe, expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import { addEnvironment } from '../support/further-environment.ts'
import { openStores } from '../support/stores.ts'

const api = openApi(await openStores())
const { expectStatus, request } = api

const organization = await api.newOrganization({
  people: {
    anna: { staging: 'engineer', organization: 'member', groups: ['approvers', 'night-shift'] },
    bo: { staging: 'support', organization: 'admin', groups: ['approvers', 'a-team'] },
    cleo: { staging: 'viewer', organization: 'member' },
  },
})
await addEnvironment(api, organization, { name: 'Clinics', kind: 'staging' }, {})
const key = organization.people.owner.keys.organization
const base = `/v1/organizations/${organization.id}`

interface Page {
  readonly data: readonly Readonly<Record<string, unknown>>[]
  readonly nextCursor: string | null
}

const page = (path: string, query: Readonly<Record<string, string>> = {}) =>
  expectStatus<Page>(200, `${path}?${new URLSearchParams(query)}`, { key })

const lists: readonly (readonly [string, string, 'newest first' | 'by name'])[] = [
  ['/v1/organizations', 'id', 'newest first'],
  ['/v1/environments', 'id', 'newest first'],
  [`${base}/members`, 'person', 'newest first'],
  [`/v1/environments/${organization.environments.staging}/members`, 'person', 'newest first'],
  [`${base}/groups`, 'name', 'by name'],
  ['/v1/audit/logs', 'origin', 'by name'],
]

describe.each(lists)('%s', (path, member, order) => {
  test(`is read page by page, each row once, ${order}`, async () => {
    const whole = await page(path)
    const names = whole.data.map((row) => String(row[member]))
    const sorted = names.toSorted()
    expect(whole.nextCursor).toBeNull()
    expect(names).toEqual(order === 'by name' ? sorted : sorted.reverse())

    const read: Page['data'][number][] = []
    let next: string | null = null
    do {
      const cursor: Readonly<Record<string, string>> = next === null ? {} : { cursor: next }
      const { data, nextCursor }: Page = await page(path, { limit: '1', ...cursor })
      expect(data).toHaveLength(1)
      read.push(...data)
      next = nextCursor
    } while (next !== null)
    expect(read).toEqual(whole.data)
  })

  test('refuses what is no limit and no cursor', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=many', 'cursor=mine']) {
      expect((await request(`${path}?${query}`, { key })).status).toBe(400)
    }
  })
})

test('a list goes on where its page ended while it grows', async () => {
  const first = await page(`${base}/groups`, { limit: '2' })
  await expectStatus(200, `${base}/groups/aardvarks`, { key, method: 'PUT', body: { members: [] } })
  const { data } = await page(`${base}/groups`, { limit: '2', cursor: first.nextCursor ?? '' })

  expect(first.data.map(({ name }) => name)).toEqual(['a-team', 'approvers'])
  expect(data.map(({ name }) => name)).toEqual(['night-shift'])
})
