import { describe, expect, test } from 'vitest'
import type { StoreKind } from '../../src/db/rights/right.ts'
import type { EnvironmentKind } from '../../src/services/context.ts'
import { type Expected, type Line, lines } from './lines.ts'
import { documentedOperations, type Operation } from './operations.ts'
import { callOf, type Door, doors, kinds, openWorld, type Sample } from './world.ts'

const world = await openWorld()
const { api, samples } = world

const operations = documentedOperations()
const keyed = operations.filter((operation) => operation.keyed)
const unlined: Line = { doors: { organization: 404, own: 404, other: 404 } }

interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly text: string
}

function lineOf({ id }: Operation): Line {
  return lines[id] ?? unlined
}

/** A promotion has its own two ends, so it is called once; everything else in an environment of each kind. */
function kindsOf(line: Line): readonly EnvironmentKind[] {
  return line.doors.destination === undefined ? kinds : ['staging']
}

async function call(operation: Operation, sample: Sample, key: string | undefined): Promise<Answer> {
  const { path, request } = callOf(operation, lineOf(operation), sample)
  const response = await api.request(path, { ...request, key })
  const text = await response.text()
  const problem = response.headers.get('Content-Type') === 'application/problem+json'
  return { status: response.status, code: problem ? JSON.parse(text).code : undefined, text }
}

function expectedOf({ doors: told, production }: Line, kind: EnvironmentKind, door: Door): Expected {
  if (door === 'organization') return told.organization
  if (told.destination !== undefined) {
    return door === 'staging' ? told.own : door === 'production' ? told.destination : told.other
  }
  if (door === kind) return kind === 'production' ? (production ?? told.own) : told.own
  return kind === 'production' && door === 'staging' ? (told.outline ?? told.other) : told.other
}

/** Doors through which an owner with a full key gets through. */
function openDoors(line: Line, kind: EnvironmentKind): readonly Door[] {
  return doors.filter((door) => expectedOf(line, kind, door) === 'opens')
}

interface Case {
  readonly operation: Operation
  readonly line: Line
  readonly kind: EnvironmentKind
  readonly sample: Sample
}

const cases: readonly Case[] = keyed.flatMap((operation) => {
  const line = lineOf(operation)
  return kindsOf(line).map((kind) => ({ operation, line, kind, sample: samples[kind] }))
})

type Attempt = readonly [name: string, answer: Promise<Answer>, expected: (answer: Answer) => boolean]

/** Runs attempts a few at a time and names every one that was answered otherwise. */
async function failures(attempts: readonly (() => Attempt)[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (let from = 0; from < attempts.length; from += 16) {
    const started = attempts.slice(from, from + 16).map((attempt) => attempt())
    for (const [name, promised, expected] of started) {
      const answer = await promised
      if (!expected(answer)) failed.push(`${name}: ${answer.status} ${answer.text.slice(0, 200)}`)
    }
  }
  return failed
}

const is = (status: number) => (answer: Answer) => answer.status === status

/** Every operation in every environment, by every door through which a full key of the owner gets through. */
function throughOpenDoors(
  keyOf: (door: Door, one: Case) => string | undefined,
  expected: (door: Door, one: Case) => (answer: Answer) => boolean,
): readonly (() => Attempt)[] {
  return cases.flatMap((one) =>
    openDoors(one.line, one.kind).map((door) => (): Attempt => {
      const name = `${one.operation.id} in ${one.kind} by a key of ${door}`
      return [name, call(one.operation, one.sample, keyOf(door, one)), expected(door, one)]
    }),
  )
}

async function stateOf(organization: string): Promise<Readonly<Record<string, number>>> {
  const counted: Record<string, number> = {}
  for (const store of ['control', ...kinds] as readonly StoreKind[]) {
    const { rows } = await world.stores.superuser(store).query(
      `SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND column_name = 'organization' AND table_type = 'BASE TABLE'`,
    )
    for (const { table_name: table } of rows) {
      const count = `SELECT count(*)::integer AS total FROM "${table}" WHERE organization = $1`
      counted[`${store}.${table}`] = (
        await world.stores.superuser(store).query(count, [organization])
      ).rows[0].total
    }
  }
  return counted
}

const dummyKey = `csk_org_${'0'.repeat(32)}_${'A'.repeat(38)}`

test('every operation of the OpenAPI document has a line in test/security/lines.ts, and no other has', () => {
  const missing = keyed.map(({ id }) => id).filter((id) => !(id in lines))
  const hint = 'add a line with a valid call and what each key gets to test/security/lines.ts'
  expect(missing, hint).toEqual([])
  const known = new Set(operations.map(({ id }) => id))
  expect(Object.keys(lines).filter((id) => !known.has(id))).toEqual([])
})

test('only what tells that the service lives asks for no key', () => {
  expect(operations.filter((operation) => !operation.keyed).map(({ id }) => id)).toEqual([
    'getHealth',
    'getReadiness',
  ])
})

// First, while nobody of the organization itself has been refused anything.
describe('another organization', () => {
  test('learns nothing and changes nothing, whichever of its keys it uses', async () => {
    const { organization } = samples.staging
    const before = await stateOf(organization)
    const ids = new Set(
      Object.values(samples)
        .flatMap((one) => Object.values(one).map(String))
        .filter(isId),
    )
    const strange = new Map([...ids].map((id) => [id, crypto.randomUUID()]))
    const attempts = cases.flatMap(({ operation, line, sample, kind }) =>
      doors.map((door) => async (): Promise<string | null> => {
        const key = world.attacker.keys[door]
        const { path, request } = callOf(operation, line, sample)
        const answer = await call(operation, sample, key)
        const name = `${operation.id} in ${kind} by a key of ${door}: ${answer.status} ${answer.text}`
        const asked = `${path} ${JSON.stringify(request.body ?? '')}`
        if (![...ids].some((id) => asked.includes(id))) {
          return [...ids].some((id) => answer.text.includes(id)) ? name : null
        }
        const invented = JSON.parse(
          JSON.stringify(sample).replaceAll(/[0-9a-f-]{36}/g, (id) => strange.get(id) ?? id),
        ) as Sample
        const same = await call(operation, invented, key)
        const told = (text: string) => text.replaceAll(/"instance":"[^"]*"|[0-9a-f-]{36}/g, '')
        const alike = answer.status === same.status && told(answer.text) === told(same.text)
        return alike && (answer.status === 404 || answer.status === 403) ? null : name
      }),
    )
    const failed: (string | null)[] = []
    for (const attempt of attempts) failed.push(await attempt())
    expect(failed.filter((one) => one !== null)).toEqual([])
    expect(await stateOf(organization)).toEqual(before)
  })
})

describe('without a key that stands', () => {
  const refused = async (keys: readonly (string | undefined)[]) =>
    failures(
      keys.flatMap((key) =>
        cases.map(
          ({ operation, kind, sample }) =>
            (): Attempt => [`${operation.id} in ${kind}`, call(operation, sample, key), is(401)],
        ),
      ),
    )

  test('nothing answers but 401: none, malformed, mistyped, of another form, unknown', async () => {
    const real = world.owner.keys.organization
    const mistyped = `${real.slice(0, -1)}${real.endsWith('A') ? 'B' : 'A'}`
    const wrongDoor = real.replace('csk_org_', 'csk_prd_')
    expect(await refused([undefined, 'nonsense', mistyped, wrongDoor, dummyKey])).toEqual([])
  })

  test('nothing answers but 401: expired, revoked, of somebody deactivated', async () => {
    for (const keys of [world.expired, world.revoked, world.leaver.keys as Record<Door, string>]) {
      expect(
        await failures(
          throughOpenDoors(
            (door) => keys[door],
            () => is(401),
          ),
        ),
      ).toEqual([])
    }
  })

  test('a sign-in token makes keys and does nothing else', async () => {
    const attempts = cases
      .filter(({ line }) => line.signIn !== true)
      .map(
        ({ operation, kind, sample }) =>
          (): Attempt => [`${operation.id} in ${kind}`, call(operation, sample, world.signInToken), is(401)],
      )
    expect(await failures(attempts)).toEqual([])
  })
})

describe('a key that is limited', () => {
  test('is refused every act that its scopes leave out', async () => {
    const scoped = cases.filter(({ operation }) => operation.scope !== null)
    const attempts: (() => Attempt)[] = []
    for (const { operation, line, kind, sample } of scoped) {
      for (const door of openDoors(line, kind)) {
        const key = await world.without(operation.scope ?? '', door)
        const name = `${operation.id} in ${kind} by a key of ${door} without ${operation.scope}`
        attempts.push(() => [name, call(operation, sample, key), is(403)])
      }
    }
    expect(await failures(attempts)).toEqual([])
  })

  test('to reading changes nothing', async () => {
    const writes = throughOpenDoors(
      (door) => world.reading[door],
      (_, { operation }) =>
        (answer) =>
          operation.method === 'GET' ? answer.status !== 403 : answer.status === 403,
    )
    expect(await failures(writes)).toEqual([])
  })
})

describe('somebody with the auditor grant', () => {
  const writes = cases.filter(({ operation, line }) => operation.method !== 'GET' && line.ownAffair !== true)

  test('and no environment changes nothing with a key of the organization', async () => {
    const attempts = writes.map(({ operation, line, kind, sample }) => (): Attempt => {
      const told = line.auditor ?? line.doors.organization
      const expected = told === 'opens' ? 403 : told
      const name = `${operation.id} in ${kind}`
      return [name, call(operation, sample, world.auditor.keys.organization), is(expected)]
    })
    expect(await failures(attempts)).toEqual([])
  })

  test('who may look into every environment changes nothing there', async () => {
    const attempts = writes.flatMap(({ operation, line, kind, sample }) =>
      openDoors(line, kind)
        .filter((door) => door !== 'organization')
        .map((door) => (): Attempt => {
          const expected = line.viewer ?? 403
          const name = `${operation.id} in ${kind} by a key of ${door}`
          const answer = call(operation, sample, world.watcher.keys[door])
          return [name, answer, expected === 'opens' ? ({ status }) => status < 300 : is(expected)]
        }),
    )
    expect(await failures(attempts)).toEqual([])
  })
})

test('a service account does nothing that only people do, whatever it holds', async () => {
  const human = cases.filter(({ line }) => line.humansOnly === true)
  expect(human.length).toBeGreaterThan(0)
  const attempts = human.flatMap(({ operation, line, kind, sample }) =>
    openDoors(line, kind).map(
      (door) => (): Attempt => [
        `${operation.id} by a key of ${door}`,
        call(operation, sample, world.account[door]),
        is(403),
      ],
    ),
  )
  expect(await failures(attempts)).toEqual([])
})

test('an account’s key of the organization opens nothing of it', async () => {
  const attempts = cases
    .filter(({ line }) => line.doors.organization === 'opens' && line.doors.own === 403)
    .map(
      ({ operation, kind, sample }) =>
        (): Attempt => [
          `${operation.id} in ${kind}`,
          call(operation, sample, world.account.organization),
          ({ status }) => status === 403 || status === 404,
        ],
    )
  expect(await failures(attempts)).toEqual([])
})

test('the door of a full key decides, in every kind of environment alike', async () => {
  const attempts = cases.flatMap(({ operation, line, kind, sample }) =>
    doors.flatMap((door) => {
      const expected = expectedOf(line, kind, door)
      if (expected === 'opens') return []
      return [
        (): Attempt => [
          `${operation.id} in ${kind} by a key of ${door}`,
          call(operation, sample, world.owner.keys[door]),
          is(expected),
        ],
      ]
    }),
  )
  expect(await failures(attempts)).toEqual([])
})

test('a refusal of somebody known is one entry, however often it is repeated', async () => {
  const { rows } = await world.stores.superuser('control').query(
    `SELECT convert_from(leaf, 'UTF8')::jsonb -> 'data' AS data, subject FROM log_entry
      WHERE organization = $1 AND type = 'access.denied'`,
    [samples.staging.organization],
  )
  expect(rows.length).toBeGreaterThan(20)
  const one = ({ data, subject }: (typeof rows)[number]) =>
    [data.actor.person, data.details.code, subject, data.details.repeats].join(' ')
  expect(new Set(rows.map(one)).size).toBe(rows.length)
  expect(JSON.stringify(rows)).not.toContain('Renamed')
})

// Last, since it removes and revokes what the others call with.
test('the same calls get through by their right doors', async () => {
  const refusedKinds = [400, 401, 403, 404, 422, 428, 500, 503]
  const failed: string[] = []
  for (const { operation, line, kind, sample } of cases) {
    for (const door of openDoors(line, kind)) {
      const fresh = await again(operation, sample, kind)
      const answer = await call(operation, fresh, world.owner.keys[door])
      if (refusedKinds.includes(answer.status)) {
        failed.push(`${operation.id} in ${kind} by a key of ${door}: ${answer.status} ${answer.text}`)
      }
    }
  }
  expect(failed).toEqual([])
})

function isId(value: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value)
}

/** Brings back what an earlier call took away. */
async function again({ id }: Operation, sample: Sample, kind: EnvironmentKind): Promise<Sample> {
  const key = world.owner.keys.organization
  const put = (path: string, body: object) => api.expectStatus(200, path, { key, method: 'PUT', body })
  if (id === 'removeMember') {
    await put(`/v1/organizations/${sample.organization}/members/${sample.person}`, { role: 'member' })
  }
  if (id === 'removeGroup' || id === 'getGroup') {
    await put(`/v1/organizations/${sample.organization}/groups/${sample.name}`, { members: [] })
  }
  if (id === 'removeEnvironmentMember') {
    await put(`/v1/environments/${sample.environment}/members/${sample.person}`, { role: 'viewer' })
  }
  if (id === 'revokeApiKey') {
    const made = { name: 'to revoke', environment: samples[kind].environment }
    return {
      ...sample,
      key: (await api.expectStatus<{ id: string }>(201, '/v1/api-keys', { key, body: made })).id,
    }
  }
  return sample
}
