import { expect, test } from 'vitest'
import { storeKinds } from '../../src/db/stores.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { type Asset, tagOf } from '../services/assets/samples.ts'
import type { ApiRequest } from '../support/api.ts'
import {
  type AssetAnswer,
  decideAs,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  reachState,
} from '../support/deployment.ts'
import { type Canary, canary, findings, type Haystack, historiesOf, tablesOf } from './canary.ts'
import { sentAlong } from './sent-along.ts'

const logged: string[] = []
const logger = createLogger('trace', { write: (line: string) => logged.push(line) })
const api = await openDeployment([], logger)
const answered: Haystack[] = []

const ask = api.app.request
api.app.request = async (...given: Parameters<typeof ask>) => {
  const response = await ask(...given)
  const headers = JSON.stringify([...response.headers])
  answered.push({
    name: `answer ${answered.length} of ${response.status}`,
    text: `${headers}${await response.clone().text()}`,
  })
  return response
}

const secrets: Canary[] = []
const texts: Canary[] = []
const values: Canary[] = []
const passing: Canary[] = []

function planting(list: Canary[]): (planted: string) => string {
  return (planted) => {
    const made = canary(planted)
    list.push(made)
    return made.value
  }
}

/** A value that is nowhere afterwards, in any form. */
const secret = planting(secrets)
/** A free text, which may stand in the side table of texts and nowhere else. */
const text = planting(texts)
/** A value of content, which may stand where content does and nowhere else. */
const content = planting(values)
/** What is sent in vain: told back to who sent it, and kept nowhere. */
const unkept = planting(passing)

type Kind = 'development' | 'staging' | 'production'
const kinds: readonly Kind[] = ['development', 'staging', 'production']
let organization: FourPeople
let developer: string

async function send(status: number, path: string, asked: ApiRequest): Promise<void> {
  const response = await api.request(path, asked)
  expect([path, response.status]).toEqual([path, status])
}

const keyOf = (kind: Kind) => (kind === 'development' ? developer : organization.people.requester.keys[kind])
const assetsOf = (kind: Kind) => `/v1/environments/${organization.environments[kind]}/assets`

function credential(clientSecret: unknown, more: object = {}) {
  return {
    type: 'authCredential',
    name: 'Intake client',
    content: { authStrategy: 'OAuth', clientSecret, ...more },
  }
}

async function plantIn(kind: Kind): Promise<void> {
  const key = keyOf(kind)
  const path = assetsOf(kind)
  const created = { key, idempotencyKey: `${kind} once`, body: credential(secret(`${kind}: content`)) }
  const asset = await api.expectStatus<Asset>(201, path, created)
  await send(201, path, created)
  await send(422, path, { ...created, body: credential(secret(`${kind}: other body of a repeated key`)) })
  const one = `/v1/assets/${asset.id}`
  const put = (value: unknown, headers = { 'If-Match': tagOf(asset) }) => {
    return { key, method: 'PUT', headers, body: { content: { authStrategy: 'OAuth', clientSecret: value } } }
  }
  await send(200, one, put(secret(`${kind}: same content, other secret`)))
  await send(412, one, put(secret(`${kind}: stale tag`), { 'If-Match': '"9-9"' }))
  await send(422, one, put([secret(`${kind}: no string`)]))
  await send(422, one, put({ [secret(`${kind}: member name`)]: true }))
  const field = `${one}/secrets/clientSecret`
  const supply = (value: unknown, more: object = {}) => ({ key, method: 'PUT', body: { value, ...more } })
  await send(200, field, supply(secret(`${kind}: supplied`)))
  await send(422, field, supply({ deep: secret(`${kind}: no string supplied`) }))
  await send(422, field, supply(secret(`${kind}: unknown property`), { also: secret(`${kind}: beside`) }))
  await send(404, `${one}/secrets/clientId`, supply(secret(`${kind}: no secret field`)))
  await send(403, field, { ...supply(secret(`${kind}: wrong scope`)), key: await limitedKey(kind) })
  await send(401, field, { ...supply(secret(`${kind}: no key`)), key: 'csk_nobody' })
  await send(404, field, {
    ...supply(secret(`${kind}: other door`)),
    key: organization.people.requester.keys.organization,
  })
  await send(400, field, { key, method: 'PUT', body: `{"value":"${secret(`${kind}: malformed`)}` })
  await send(422, field, { key, method: 'PUT', body: `{"value":"x","value":"${secret(`${kind}: twice`)}"}` })
  await send(413, field, supply(secret(`${kind}: too large`).repeat(40_000)))
  // Content that is refused for another reason leaves nothing behind either, patient data included.
  const refused = { mrn: secret(`${kind}: patient's number`), ssn: secret(`${kind}: patient's other number`) }
  await send(422, path, { key, body: credential(secret(`${kind}: refused with content`), refused) })
  const refusedName = { ...credential('x'), name: ` ${secret(`${kind}: refused name`)}` }
  await send(422, path, { key, body: refusedName })
}

async function limitedKey(kind: Kind): Promise<string> {
  const environment = organization.environments[kind]
  const body = { name: 'reads', environment, scopes: ['assets:read'] }
  return (await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', { key: keyOf(kind), body })).secret
}

async function promoteWebhook(): Promise<void> {
  const { requester, anna, ben } = organization.people
  const host = content('staging: a value of content')
  const webhook = await api.expectStatus<AssetAnswer>(201, assetsOf('staging'), {
    key: requester.keys.staging,
    body: {
      type: 'webhookSubscription',
      name: 'Scheduling',
      content: {
        url: `https://${host}.example/staging`,
        eventTypes: ['appointment.created'],
        enabled: false,
        signingSecret: secret('staging: secret of what is promoted'),
      },
    },
  })
  const request = (reason: string, id: string, along = sentAlong(webhook.id, content, text)) => ({
    key: requester.keys.staging,
    headers: { Prefer: 'wait=20' },
    body: {
      promotingAssets: [{ id, type: 'webhookSubscription' }],
      fromEnvironment: { id: organization.environments.staging },
      toEnvironment: { id: organization.environments.production },
      reason,
      ...along,
    },
  })
  const dry = request(unkept('reason of a dry run'), webhook.id, sentAlong(webhook.id, unkept, unkept))
  await send(200, '/v1/promotions?dryRun=true', dry)
  await send(
    422,
    '/v1/promotions',
    request(secret('reason of a refused request'), organization.id, sentAlong(webhook.id, unkept, unkept)),
  )
  const asked = await api.expectStatus<PromotionAnswer>(
    202,
    '/v1/promotions',
    request(text('reason'), webhook.id),
  )
  for (const person of [anna, ben]) expect((await decideAs(api, person, asked)).status).toBe(201)
  const say = (key: string | undefined, said: string) => ({ key, body: { text: said } })
  await send(201, `/v1/promotions/${asked.id}/comments`, say(requester.keys.staging, text('comment')))
  const refused = say(organization.people.owner.keys.organization, secret('a refused comment'))
  await send(403, `/v1/promotions/${asked.id}/comments`, refused)
  const period = { startsAt: '2999-01-01T00:00:00Z', endsAt: '2999-02-01T00:00:00Z' }
  const delegation = { to: ben.id, ...period, reason: text('reason of a delegation') }
  await send(201, '/v1/delegations', { key: anna.keys.organization, body: delegation })
  const { items } = await reachState(api, organization, asked, 'promoted')
  const target = items[0]?.target?.id
  const key = anna.keys.production
  const path = `/v1/assets/${target}`
  const landed = await api.expectStatus<Asset>(200, path, { key })
  expect(landed.missingSecrets).toEqual(['/signingSecret'])
  await api.expectStatus(200, `/v1/promotions/${asked.id}/plan`, { key })
  const reused = secrets.find(({ planted }) => planted === 'staging: secret of what is promoted')?.value
  await send(422, `${path}/secrets/signingSecret`, { key, method: 'PUT', body: { value: reused } })
  await send(200, `${path}/secrets/signingSecret`, {
    key,
    method: 'PUT',
    body: { value: secret('production: supplied to what was promoted') },
  })
  expect((await api.expectStatus<Asset>(200, path, { key })).missingSecrets).toEqual([])
  await api.expectStatus(200, `/v1/promotions/${asked.id}/rollout/activate`, {
    key,
    method: 'POST',
    headers: { 'If-Match': '"pending_activation"' },
  })
  const active = async () => (await api.expectStatus<Asset>(200, path, { key })).activeVersion
  await expect.poll(active, { timeout: 20_000 }).toBe(1)
}

test('canaries are planted by every way in', async () => {
  organization = await api.newOrganization({ people: fourPeople })
  const developing = organization.people.owner.keys.development
  if (developing === undefined) throw new Error('no key of development')
  developer = developing
  const published = async () =>
    (await api.testStores.superuser('control').query('SELECT FROM sealing_key')).rowCount
  await expect.poll(published, { timeout: 20_000 }).toBe(3)
  for (const kind of kinds) await plantIn(kind)
  await promoteWebhook()
}, 150_000)

async function databases(): Promise<readonly Haystack[]> {
  const all = storeKinds.map((store) => tablesOf(store, api.testStores.superuser(store)))
  return (await Promise.all(all)).flat()
}

test('what is looked for would be found', async () => {
  const tables = await databases()
  expect(findings(values, tables)).toContain('staging: a value of content in staging.content')
  for (const planted of ['a manifest', 'a note of evidence', 'a binding']) {
    expect(findings(values, tables)).toContain(`${planted} in control.content`)
  }
  for (const planted of ['reason', 'comment', 'reason of a delegation', 'a justification']) {
    expect(findings(texts, tables)).toContain(`${planted} in control.erasable_text`)
  }
  expect(secrets.length).toBeGreaterThan(40)
  const workflows = await historiesOf(api.temporal)
  expect(workflows.length).toBeGreaterThan(5)
  const { id } = organization
  const named = { planted: 'organization', value: id }
  expect(findings([named], workflows)).toHaveLength(workflows.length)
})

test('no secret and nothing of a refused request or a dry run is in any table of any database', async () => {
  expect(passing.length).toBeGreaterThan(5)
  expect(findings([...secrets, ...passing], await databases())).toEqual([])
})

test('no secret, text or value of content is in any Temporal history', async () => {
  const planted = [...secrets, ...texts, ...values, ...passing]
  expect(findings(planted, await historiesOf(api.temporal))).toEqual([])
})

test('no secret, text or value of content is in a line of the log of the API or of a worker', () => {
  expect(logged.length).toBeGreaterThan(50)
  const planted = [...secrets, ...texts, ...values, ...passing]
  expect(findings(planted, [{ name: 'the log', text: logged.join('') }])).toEqual([])
})

test('no secret and nothing of a refused request is in any answer', () => {
  expect(answered.length).toBeGreaterThan(80)
  expect(findings(secrets, answered)).toEqual([])
})

test('no text and no value of content is in an entry of any log', async () => {
  const tables = await databases()
  const logs = tables.filter(({ name }) => /\.(log_entry|event_index)$/.test(name))
  expect(logs).toHaveLength(5)
  expect(findings([...texts, ...values], logs)).toEqual([])
  const allowed = /\.(erasable_text|content)$/
  expect(findings([...texts, ...values], tables).filter((found) => !allowed.test(found))).toEqual([])
})
