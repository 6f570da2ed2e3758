import { beforeAll, describe, expect, test } from 'vitest'
import type { EnvironmentKind } from '../../src/services/context.ts'
import { openApi, type TestPerson } from '../support/api.ts'
import {
  askFor,
  createValueSet,
  decideAs,
  type FourPeople,
  type PromotionAnswer,
  promotionOf,
  reachState,
} from '../support/deployment.ts'
import { allQueues, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { openTemporal } from './support/own-temporal.ts'
import { openOrganization, prepareActs } from './support/waiting-acts.ts'

const temporal = await openTemporal()
const deployment = await openDeployment(temporal.address)
await deployment.startWorker(allQueues)
const { api, stores } = deployment
// It knows at once that Temporal is away, and answers 202 without trying for ten seconds.
const away = openApi(stores)

const kindsOfActs = [
  'a decision',
  'a withdrawal',
  'an activation',
  'a new local asset',
  'a version of a local asset',
  'a secret',
  'an older version in use again',
  'an erasure',
]

interface Key {
  readonly id: string
  readonly secret: string
}

interface CommandAnswer {
  readonly state: string
  readonly code?: string
  readonly detail?: string
}

/** What was asked while Temporal was away, and the key by which its person reads what became of it. */
interface Asked {
  readonly command: string
  readonly person: TestPerson
  readonly reader: string | undefined
}

let organization: FourPeople
let others: FourPeople
let before: Awaited<ReturnType<typeof whatCounts>>
const asked = new Map<string, Asked>()
let requested: PromotionAnswer
let decided: PromotionAnswer
let withExpired: Asked

function newKey(
  { environments }: FourPeople,
  { keys }: TestPerson,
  kind: EnvironmentKind,
  expiresAt?: string,
): Promise<Key> {
  return api.expectStatus<Key>(201, '/v1/api-keys', {
    key: keys.organization,
    body: {
      name: 'of a pipeline',
      environment: environments[kind],
      ...(expiresAt === undefined ? {} : { expiresAt }),
    },
  })
}

function revoke({ keys }: TestPerson, { id }: Key): Promise<void> {
  return api.expectStatus(204, `/v1/api-keys/${id}`, { key: keys.organization, method: 'DELETE' })
}

/** Has a key end now, however long it took to use it. */
async function expire({ id, secret }: Key): Promise<void> {
  await stores
    .superuser('control')
    .query('UPDATE api_key SET expires_at = clock_timestamp() WHERE id = $1', [id])
  await api.expectStatus(401, '/v1/me', { key: secret })
}

/** Every row of an organization that one of the acts would have changed. */
async function whatCounts({ id }: FourPeople) {
  const read = async (store: 'control' | 'production', tables: readonly string[]) => {
    const rows = tables.map(async (table) => {
      const found = await stores
        .superuser(store)
        .query(`select to_jsonb(one) as row from ${table} as one where organization = $1 order by 1`, [id])
      return [table, found.rows] as const
    })
    return Object.fromEntries(await Promise.all(rows))
  }
  return {
    control: await read('control', [
      'decision',
      'promotion',
      'rollout',
      'production_grant',
      'production_command_grant',
      'asset_restoration',
    ]),
    production: await read('production', [
      'asset',
      'asset_version',
      'active_version',
      'content',
      'sealed_secret',
      'log_entry',
    ]),
  }
}

async function waiting(response: Response): Promise<string> {
  const { command } = (await response.json()) as { command: string }
  expect([response.status, command]).toEqual([202, expect.any(String)])
  return command
}

function answerTo({ command, reader }: Asked): Promise<CommandAnswer> {
  return api.expectStatus<CommandAnswer>(200, `/v1/commands/${command}`, { key: reader })
}

beforeAll(async () => {
  organization = await openOrganization(api)
  others = await openOrganization(api)
  const acts = await prepareActs(api, organization)
  expect(Object.keys(acts)).toEqual(kindsOfActs)
  decided = await askFor(api, others, [await createValueSet(api, others)])
  const staged = await createValueSet(api, others)
  const { anna, requester } = others.people
  before = await whatCounts(organization)
  await temporal.kill()

  for (const [name, { person, door, ask }] of Object.entries(acts)) {
    const key = await newKey(organization, person, door)
    const command = await waiting(await ask(away, key.secret))
    asked.set(name, { command, person, reader: person.keys[door] })
    await revoke(person, key)
  }
  const expiring = await newKey(others, anna, 'production', new Date(Date.now() + 3_600_000).toISOString())
  const command = await waiting(await decideAs(away, { keys: { production: expiring.secret } }, decided))
  withExpired = { command, person: anna, reader: anna.keys.production }
  await expire(expiring)
  const requesting = await newKey(others, requester, 'staging')
  requested = await away.expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key: requesting.secret,
    body: promotionOf(others, [staged]),
  })
  await revoke(requester, requesting)
  await temporal.restart()
})

describe('with a key revoked while Temporal was away', () => {
  test.for(kindsOfActs)('%s is refused, and told so, when it is judged', async (name) => {
    const act = asked.get(name)
    if (act === undefined) throw new TypeError(`${name} was not asked for`)
    await eventually('it is answered', async () => (await answerTo(act)).state !== 'pending')
    const { state, code, detail } = await answerTo(act)
    expect([state, code]).toEqual(['refused', 'key-revoked'])
    expect(detail).toMatch(/key .* was revoked before it was judged.* Ask again with a key/)
  })

  test('each refusal is an entry of the log, in the name of its person', async () => {
    const { data } = await api.expectStatus<{
      data: readonly { readonly actor: { readonly person: string }; readonly details: { code: string } }[]
    }>(200, '/v1/audit/events?type=command.refused&outcome=refused&limit=100', {
      key: organization.people.owner.keys.organization,
    })
    const denied = data.filter(({ details }) => details.code === 'key-revoked')
    expect(denied.map(({ actor }) => actor.person).toSorted()).toEqual(
      [...asked.values()].map(({ person }) => person.id).toSorted(),
    )
  })

  test('nothing in control and nothing in production is another than before', async () => {
    expect(await whatCounts(organization)).toEqual(before)
  })

  test('a promotion that was asked for goes on to those who decide', async () => {
    await reachState(api, others, requested, 'awaiting_approval')
  })
})

test('with a key that only expired while Temporal was away, a decision counts', async () => {
  await eventually('it is answered', async () => (await answerTo(withExpired)).state !== 'pending')
  expect(await answerTo(withExpired)).toMatchObject({ state: 'accepted' })
  const { decisions } = await reachState(api, others, decided, 'awaiting_approval')
  expect(decisions.map(({ person }) => person)).toEqual([others.people.anna.id])
})

test('nothing is lost or doubled by it', async () => {
  await expectNothingLostOrDoubled(deployment)
})
