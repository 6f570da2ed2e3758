import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/domain/json.ts'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { type Asset, type Problem, source } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const control = stores.superuser('control')
const present = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })

async function newAsset() {
  const made = await present.newOrganization({
    people: { engineer: { production: 'engineer' }, viewer: { production: 'viewer' } },
  })
  const key = made.people.engineer.keys.production
  const assets = `/v1/environments/${made.environments.production}/assets`
  const asset = await present.expectStatus<Asset>(201, assets, { key, body: source })
  return { ...made, key, assets, asset, path: `/v1/assets/${asset.id}` }
}

/** Nothing enters control's log until several of the requests stand in line behind each other. */
async function whileLogIsHeld(id: string, begin: () => readonly Promise<unknown>[]) {
  const holder = await control.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT FROM log_head WHERE organization = $1 FOR UPDATE', [id])
  const requests = begin()
  const waiting =
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
  await expect
    .poll(async () => (await control.query(waiting)).rowCount, { timeout: 5_000 })
    .toBe(requests.length)
  await holder.query('COMMIT')
  holder.release()
  await Promise.all(requests)
}

describe('content of production', () => {
  async function readings(id: string) {
    const log = await verifiedLog(stores, 'control', id)
    return log.filter(({ type }) => type === 'content.read').map(({ data }) => data)
  }

  test('is read on the record, once per person and version within an hour', async () => {
    const { id, key, asset, path, people } = await newAsset()
    const version = `${path}/versions/1`
    await whileLogIsHeld(id, () =>
      Array.from({ length: 4 }, () => present.expectStatus(200, version, { key })),
    )
    await present.expectStatus(200, version, { key })
    await present.expectStatus(200, version, { key: people.viewer.keys.production })
    const found = await readings(id)
    expect(found.map(({ actor }) => (actor as JsonObject).person)).toEqual([
      people.engineer.id,
      people.viewer.id,
    ])
    expect(found[0]).toMatchObject({
      asset: asset.id,
      environment: asset.environment,
      version: 1,
      digest: asset.digest,
    })
  })

  test('is read without a record of its state, its versions, or what is not there', async () => {
    const { id, key, path, assets } = await newAsset()
    for (const place of [path, `${path}/versions`, assets]) await present.expectStatus(200, place, { key })
    await present.expectStatus(404, `${path}/versions/2`, { key })
    expect(await readings(id)).toEqual([])
  })

  test('is not given when its reading cannot be logged', async () => {
    const { id, key, path } = await newAsset()
    await control.query("DELETE FROM log_right WHERE type = 'content.read'")
    const problem = await present.expectStatus<Problem>(500, `${path}/versions/1`, { key })
    expect(problem).not.toHaveProperty('content')
    await control.query("INSERT INTO log_right (role, type) VALUES ('api', 'content.read')")
    expect(await readings(id)).toEqual([])
  })
})
