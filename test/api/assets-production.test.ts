import { describe, expect, test } from 'vitest'
import { withOrganization } from '../../src/db/transaction.ts'
import { type CommandId, identifier } from '../../src/domain/identifiers.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { canonicalBytes, digestOf } from '../../src/trust/canonical.ts'
import { carryOut, inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { type Asset, type Problem, source, tagOf } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const away = openApi(stores)
const present = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })

interface Pending {
  readonly command: CommandId
  readonly state: string
}

async function newOrganization() {
  const made = await away.newOrganization({
    people: {
      engineer: { staging: 'engineer', production: 'engineer' },
      second: { production: 'engineer' },
      viewer: { production: 'viewer' },
    },
  })
  const key = made.people.engineer.keys.production
  return { ...made, key, assets: `/v1/environments/${made.environments.production}/assets` }
}

async function newAsset() {
  const made = await newOrganization()
  const asset = await present.expectStatus<Asset>(201, made.assets, { key: made.key, body: source })
  return { ...made, asset, path: `/v1/assets/${asset.id}` }
}

function put(
  key: string | undefined,
  asset: Asset,
  content: JsonObject = { serviceRegion: 'AWS_USA_EAST_1' },
) {
  return { key, method: 'PUT', body: { content }, headers: { 'If-Match': tagOf(asset) } }
}

const credential = {
  type: 'authCredential',
  name: 'Intake client',
  content: { authStrategy: 'OAuth', clientId: 'first', hasClientSecret: true },
}

describe('a local asset of production, while the workflow service is away', () => {
  test('is stored as a command before anything acts on it', async () => {
    const { id, key, assets, environments, people } = await newOrganization()
    const asked = { key, body: source, idempotencyKey: 'once' }
    const response = await away.request(assets, asked)
    expect(response.status).toBe(202)
    const { command, state } = (await response.json()) as Pending
    expect(state).toBe('pending')
    expect(response.headers.get('Location')).toBe(`/v1/commands/${command}`)
    const digest = digestOf(canonicalBytes(source.content))
    const { rows } = await stores.superuser('control').query(
      `SELECT command.kind, command.stream_kind, command.stream, command.person, convert_from(arguments, 'UTF8') AS arguments,
         production_command.kind AS act, asset, type, name, encode(content_digest, 'hex') AS digest,
         expected_version, state, delivered_at
       FROM command JOIN production_command USING (organization, id)
       JOIN outbox ON outbox.organization = command.organization AND outbox.stream = command.id
       WHERE command.organization = $1`,
      [id],
    )
    expect(rows).toMatchObject([
      {
        kind: 'request',
        stream_kind: 'production-command',
        stream: command,
        person: people.engineer.id,
        act: 'create-asset',
        type: 'source',
        name: source.name,
        digest,
        expected_version: 0,
        state: 'requested',
        delivered_at: null,
      },
    ])
    expect(JSON.parse(rows[0].arguments)).toEqual({
      kind: 'create-asset',
      environment: environments.production,
      asset: rows[0].asset,
      type: 'source',
      digest,
      expectedVersion: 0,
    })
    const log = await verifiedLog(stores, 'control', id)
    expect(log.at(-1)).toMatchObject({
      type: 'production-command.requested',
      data: { asset: rows[0].asset, assetType: 'source', digest, details: { command } },
    })
    const again = await away.request(assets, asked)
    expect(again.status).toBe(202)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual({ command, state: 'pending' })
  })

  test('has a command that is shown to the one who gave it, and gives the result once it is carried out', async () => {
    const { id, key, assets, people, environments } = await newOrganization()
    const asked = { key, body: source, idempotencyKey: 'once' }
    const { command } = await away.expectStatus<Pending>(202, assets, asked)
    const path = `/v1/commands/${command}`
    const response = await away.request(path, { key })
    expect(response.headers.get('ETag')).toMatch(/^".+"$/)
    expect(await response.json()).toMatchObject({
      id: command,
      kind: 'request',
      stream: { kind: 'production-command', id: command },
      state: 'pending',
    })
    for (const other of [
      people.second.keys.production,
      people.engineer.keys.staging,
      people.engineer.keys.organization,
    ]) {
      await away.expectStatus(404, path, { key: other })
    }
    await carryOut(stores, id, command)
    const settled = await away.expectStatus<{ asset: string }>(200, path, { key })
    expect(settled).toMatchObject({ state: 'accepted', code: 'performed' })
    const asset = await away.expectStatus<Asset>(201, assets, asked)
    expect(asset).toMatchObject({
      id: settled.asset,
      type: 'source',
      environment: environments.production,
      version: 1,
      createdBy: people.engineer.id,
    })
    expect(await verifiedLog(stores, 'production', id)).toHaveLength(1)
  })

  test('is judged again when it is carried out', async () => {
    const { id, key, assets, people, environments } = await newOrganization()
    const { command } = await away.expectStatus<Pending>(202, assets, { key, body: source })
    const member = `/v1/environments/${environments.production}/members/${people.engineer.id}`
    const viewer = { key: people.owner.keys.organization, method: 'PUT', body: { role: 'viewer' } }
    await away.expectStatus(200, member, viewer)
    await carryOut(stores, id, command)
    const settled = await away.expectStatus(200, `/v1/commands/${command}`, { key })
    expect(settled).toMatchObject({ state: 'refused', code: 'forbidden' })
    expect(await verifiedLog(stores, 'production', id)).toEqual([])
  })

  test('is one command, of many requests at once', async () => {
    const { id, key, assets } = await newOrganization()
    const asked = { key, body: source, idempotencyKey: 'once' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => away.request(assets, asked)))
    const commands = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as Pending).command),
    )
    expect(new Set(commands).size).toBe(1)
    const log = await verifiedLog(stores, 'control', id)
    expect(log.filter(({ type }) => type === 'production-command.requested')).toHaveLength(1)
  })
})

describe('a local asset of production', () => {
  test('is created and written by the production worker', async () => {
    const { id, key, assets, people } = await newOrganization()
    const created = await present.request(assets, { key, body: credential })
    const asset = (await created.json()) as Asset
    expect(created.status).toBe(201)
    expect(created.headers.get('Location')).toBe(`/v1/assets/${asset.id}`)
    expect(asset).toMatchObject({ version: 1, activeVersion: null, missingSecrets: ['/clientSecret'] })
    const path = `/v1/assets/${asset.id}`
    const second = people.second.keys.production
    const content = { ...credential.content, clientId: 'second' }
    const written = await present.expectStatus<Asset>(200, path, put(second, asset, content))
    expect(written).toMatchObject({ version: 2, name: credential.name, updatedBy: people.second.id })
    expect(await present.expectStatus(200, path, put(key, written, content))).toEqual({
      ...written,
      written: false,
    })
    const stale = await present.expectStatus<Problem>(412, path, put(key, asset))
    expect(stale.code).toBe('precondition-failed')
    expect((await verifiedLog(stores, 'production', id)).map(({ type }) => type)).toEqual([
      'asset.created',
      'asset.version-written',
    ])
    expect((await present.expectStatus<Problem>(403, path, { key, method: 'DELETE' })).code).toBe('forbidden')
  })

  test('refuses the later of two writers who saw the same version', async () => {
    const { id, key, assets, people } = await newOrganization()
    const asset = await present.expectStatus<Asset>(201, assets, { key, body: credential })
    const path = `/v1/assets/${asset.id}`
    const content = (clientId: string) => ({ ...credential.content, clientId })
    const first = await away.expectStatus<Pending>(202, path, put(key, asset, content('one')))
    const second = people.second.keys.production
    const later = await away.expectStatus<Pending>(202, path, put(second, asset, content('other')))
    await carryOut(stores, id, first.command)
    await carryOut(stores, id, later.command)
    expect(await away.expectStatus(200, `/v1/commands/${later.command}`, { key: second })).toMatchObject({
      state: 'refused',
      code: 'precondition-failed',
    })
    expect((await away.expectStatus<Asset>(200, path, { key })).version).toBe(2)
  })

  test('answers the refusal at once where it comes in time', async () => {
    const { key, asset, path, id, people, assets } = await newAsset()
    const { command } = await away.expectStatus<Pending>(202, assets, {
      key: people.second.keys.production,
      body: source,
      idempotencyKey: 'once',
    })
    const member = `/v1/environments/${asset.environment}/members/${people.second.id}`
    const administrator = people.owner.keys.organization
    await present.expectStatus(200, member, { key: administrator, method: 'PUT', body: { role: 'support' } })
    await carryOut(stores, id, command)
    await present.expectStatus(200, member, { key: administrator, method: 'PUT', body: { role: 'engineer' } })
    const again = { key: people.second.keys.production, body: source, idempotencyKey: 'once' }
    expect((await present.expectStatus<Problem>(403, assets, again)).code).toBe('forbidden')
    expect((await present.expectStatus<Asset>(200, path, { key })).version).toBe(1)
  })
})

test('the API itself cannot write production', async () => {
  const { id, asset } = await newAsset()
  const attempt = withOrganization(stores.pool('production', 'api'), identifier(id), (transaction) =>
    transaction.execute(`update asset set name = 'mine' where id = '${asset.id}'`),
  )
  await expect(attempt).rejects.toMatchObject({ cause: { code: '42501' } })
})
