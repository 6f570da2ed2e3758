import { Client } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { StoreForgotten } from '../../src/db/migrate.ts'
import { migrateAll } from '../../src/db/migrate-all.ts'
import { rightsOf } from '../../src/db/rights/apply.ts'
import type { LoginRole } from '../../src/db/rights/right.ts'
import { checkOwnRights, RightsExceeded } from '../../src/db/rights/self-check.ts'
import { canonicalBytes } from '../../src/trust/canonical.ts'
import { attack, refusedBy } from '../db/attacks/attack.ts'
import { speakingAs } from '../db/attacks/session.ts'
import { openApi } from '../support/api.ts'
import { installation } from '../support/cluster.ts'
import { addEnvironment } from '../support/further-environment.ts'
import { openNamedStores } from '../support/named-stores.ts'
import { openStores } from '../support/stores.ts'

const clinics = { name: 'clinics', kind: 'production' } as const
const annex = { name: 'annex', kind: 'staging' } as const
const stores = await openStores()
await openNamedStores(stores, [clinics, annex])
const api = openApi(stores, { namedStores: [clinics, annex] })

const logins = [clinics, annex].flatMap(({ name, kind }) =>
  Object.keys(rightsOf(kind)).map((role) => ({ name, kind, role: role as LoginRole })),
)

describe('a store with a name of its own', () => {
  test.each(logins)('lets $role do no more in $name than in the shared one of its kind', async (login) => {
    await expect(checkOwnRights(stores.pool(login.kind, login.role, login.name))).resolves.toBeUndefined()
  })

  test('is refused by its name when a login may do more there', async () => {
    const pool = stores.pool('staging', 'signer', annex.name)
    const client = new Client({ connectionString: stores.address(annex.name, 'migrator') })
    await client.connect()
    await client.query('GRANT UPDATE (name) ON asset TO signer')

    await expect(checkOwnRights(pool)).rejects.toThrow(RightsExceeded)
    await expect(checkOwnRights(pool)).rejects.toThrow(/in the annex store/)

    await client.query('REVOKE UPDATE ON asset FROM signer')
    await client.end()
  })

  test('holds the assets of the environments that name it, and of no others', async () => {
    const organization = await api.newOrganization()
    const neighbour = await api.newOrganization()
    const made = await Promise.all(
      [organization, neighbour].map((one) =>
        addEnvironment(
          api,
          one,
          { name: 'Annex', kind: 'staging', store: annex.name },
          { owner: 'engineer' },
        ),
      ),
    )
    const ids = await Promise.all(
      made.map(async ({ id, keys }) => {
        const body = { type: 'valueSet', name: 'Codes', content: { values: [{ value: 'A' }] } }
        const asset = await api.expectStatus<{ id: string }>(201, `/v1/environments/${id}/assets`, {
          key: keys.owner,
          body,
        })
        return asset.id
      }),
    )

    const rows = async (name: string, organization: string) => {
      const { pool } = stores.pool('staging', 'api', name)
      const client = await pool.connect()
      try {
        await client.query('begin')
        await client.query("select set_config('countersign.organization', $1, true)", [organization])
        return (await client.query('select id from asset')).rows
      } finally {
        await client.query('rollback')
        client.release()
      }
    }
    expect(await rows('annex', organization.id)).toEqual([{ id: ids[0] }])
    expect(await rows('annex', neighbour.id)).toEqual([{ id: ids[1] }])
    expect(await rows('staging', organization.id)).toEqual([])
    expect(
      await api.expectStatus(200, `/v1/environments/${made[0]?.id}`, { key: made[0]?.keys.owner }),
    ).toMatchObject({ store: 'annex' })
  })

  test('that a process cannot reach answers 503 for its environments alone', async () => {
    const organization = await api.newOrganization()
    const { id, keys } = await addEnvironment(
      api,
      organization,
      { name: 'Annex', kind: 'staging', store: annex.name },
      { owner: 'engineer' },
    )
    const without = openApi(stores)

    const refused = await without.request(`/v1/environments/${id}/assets`, { key: keys.owner })
    expect(refused.status).toBe(503)
    expect(refused.headers.get('Retry-After')).not.toBeNull()
    expect(await refused.json()).toMatchObject({ code: 'unavailable' })
    const shared = `/v1/environments/${organization.environments.staging}/assets`
    await without.expectStatus(200, shared, { key: organization.people.owner.keys.staging })
  })

  test('is asked for by readiness under its name', async () => {
    const ready = await api.request('/readyz')
    expect(await ready.json()).toMatchObject({ errors: [{ pointer: 'temporal' }] })
    const { pool } = stores.pool('staging', 'api', 'nowhere')
    expect(pool).toBeDefined()
    const withAnother = openApi(stores, { namedStores: [{ name: 'nowhere', kind: 'staging' }] })
    expect(await (await withAnother.request('/readyz')).json()).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ pointer: 'nowhere' })]),
    })
  })

  test('is not forgotten by a later migration while an environment stands in it', async () => {
    const organization = await api.newOrganization()
    await addEnvironment(api, organization, { name: 'Annex', kind: 'staging', store: annex.name }, {})
    const before = await stores.superuser('control').query('SELECT * FROM follow_right ORDER BY origin')

    await expect(migrateAll(stores.address, installation, [clinics])).rejects.toThrow(StoreForgotten)
    await expect(migrateAll(stores.address, installation, [clinics])).rejects.toThrow(/annex \(staging\)/)

    expect(
      (await stores.superuser('control').query('SELECT * FROM follow_right ORDER BY origin')).rows,
    ).toEqual(before.rows)
  })
})

describe('control', () => {
  const asset = uuidv7()
  let organization: string
  let shared: string
  let ofClinics: string

  beforeEach(async () => {
    organization = uuidv7()
    shared = uuidv7()
    ofClinics = uuidv7()
    await speakingAs({ stores, login: 'api', organization }, async ({ put }) => {
      await put('organization', { name: 'A hospital' })
      await put('environment', { id: shared, kind: 'production', name: 'production' })
      await put('environment', { id: ofClinics, kind: 'production', name: 'Clinics', store: 'clinics' })
    })
  })

  const originOf = (store: string) => `${installation}/${store}/${organization}`

  function leafOf(store: string, environment: string): Buffer {
    const digest = 'a'.repeat(64)
    const data = { asset, environment, assetType: 'source', version: 1, digest }
    return Buffer.from(
      canonicalBytes({
        data,
        id: uuidv7(),
        source: originOf(store),
        specversion: '1.0',
        subject: `asset/${asset}`,
        time: '2026-01-01T00:00:00.000000Z',
        type: 'asset.landed',
      }),
    )
  }

  async function followed(login: LoginRole, store: string, environment: string) {
    await speakingAs({ stores, login, organization }, ({ query }) =>
      query('SELECT follow($1, 0, $2::bytea[])', [originOf(store), [leafOf(store, environment)]]),
    )
    const { rows } = await stores
      .superuser('control')
      .query('SELECT environment FROM asset_head WHERE organization = $1', [organization])
    return rows
  }

  test('moves a head by the log of the store in which the environment stands', async () => {
    expect(await followed('worker_production', 'clinics', ofClinics)).toEqual([{ environment: ofClinics }])
  })

  test.each(['production', 'clinics'])(
    'moves none by what the log of %s tells of the other one',
    async (store) => {
      const other = store === 'clinics' ? shared : ofClinics
      expect(await followed('worker_production', store, other)).toEqual([])
      const { rows } = await stores
        .superuser('control')
        .query('SELECT origin FROM event_index WHERE organization = $1', [organization])
      expect(rows).toEqual([{ origin: originOf(store) }])
    },
  )

  test.each<[LoginRole, string]>([
    ['worker_staging', 'clinics'],
    ['worker_production', 'annex'],
    ['api', 'clinics'],
    ['worker_production', 'elsewhere'],
  ])('takes nothing that %s says of the log of %s', async (login, store) => {
    await expect(followed(login, store, ofClinics)).rejects.toMatchObject({ code: '42501' })
  })

  test.each([
    ['a store that the installation does not have', { kind: 'production', store: 'elsewhere' }],
    ['a store of another kind', { kind: 'production', store: 'annex' }],
    ['the shared store of another kind', { kind: 'production', store: 'staging' }],
    ['control', { kind: 'production', store: 'control' }],
  ])('lets no environment stand in %s', async (_, environment) => {
    const tried = await attack({ stores, login: 'api', organization }, ({ put }) =>
      put('environment', { id: uuidv7(), name: 'Astray', ...environment }),
    )
    expect(tried).toEqual(refusedBy('23514', 'environment_store_is_known'))
  })

  test.each(['api', 'owner', 'superuser'] as const)('lets %s move no environment', async (login) => {
    const tried = await attack({ stores, login, organization }, ({ query }) =>
      query("UPDATE environment SET store = 'clinics' WHERE id = $1", [shared]),
    )
    expect(tried).toEqual(
      login === 'api'
        ? refusedBy('42501', 'permission denied for table environment')
        : refusedBy('23514', 'environment_keeps_its_store'),
    )
  })
})
