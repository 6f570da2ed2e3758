import { expect, test } from 'vitest'
import { type Asset, valueSet } from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'
import { bodyTo } from './delegating.ts'

const stores = await openStores()
const api = openApi(stores)
const superuser = stores.superuser('control')
const organization = await api.newOrganization({
  people: {
    engineer: { staging: 'engineer' },
    approver: { production: 'viewer', groups: ['approvers'] },
    otherApprover: { production: 'viewer', groups: ['approvers'] },
  },
})
const { engineer, owner } = organization.people
const { staging, production } = organization.environments

async function comments(): Promise<string> {
  const key = engineer.keys.staging
  const path = `/v1/environments/${staging}/assets`
  const asset = await api.expectStatus<Asset>(201, path, { key, body: valueSet('A') })
  const body = {
    promotingAssets: [{ id: asset.id, type: asset.type }],
    fromEnvironment: { id: staging },
    toEnvironment: { id: production },
    reason: 'For Monday',
  }
  const { id } = await api.expectStatus<{ id: string }>(202, '/v1/promotions', { key, body })
  return `/v1/promotions/${id}/comments`
}

const acts = [
  ['says nothing', 'promotion_comment', { environment: staging }, await comments(), { text: 'Read' }],
  [
    'lets nobody stand in',
    'delegation',
    { organization: organization.id },
    '/v1/delegations',
    bodyTo(owner.id, { startsAt: '2999-01-01T00:00:00Z', endsAt: '2999-02-01T00:00:00Z' }),
  ],
] as const

test.each(acts)(
  'a key that is being revoked %s: whoever uses it waits for what becomes of it',
  async (_, table, door, path, body) => {
    const { id, secret } = await api.expectStatus<{ id: string; secret: string }>(201, '/v1/api-keys', {
      key: engineer.keys.organization,
      body: { name: 'in other hands', ...door },
    })
    const revoking = await superuser.connect()
    try {
      await revoking.query('BEGIN')
      await revoking.query('UPDATE api_key SET revoked_at = clock_timestamp() WHERE id = $1', [id])
      const { rows } = await revoking.query('SELECT pg_backend_pid() AS process')
      const asking = api.request(path, { key: secret, body })
      const waiting = async () => {
        const blocked = 'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))'
        return (await superuser.query(blocked, [rows[0].process])).rowCount
      }
      await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
      await revoking.query('COMMIT')
      expect((await asking).status).toBe(401)
    } finally {
      revoking.release(true)
    }
    const stored = await superuser.query(`SELECT FROM ${table} WHERE organization = $1`, [organization.id])
    expect(stored.rowCount).toBe(0)
  },
)
