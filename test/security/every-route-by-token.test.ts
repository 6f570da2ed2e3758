import { expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import { openIssuer, providerOf } from '../support/issuer.ts'
import { lines } from './lines.ts'
import { documentedOperations, type Operation } from './operations.ts'
import { callOf, type Door, doors, kinds, openWorld, type Sample } from './world.ts'

const world = await openWorld()
const { samples, stores, owner, watcher, attacker, leaver } = world
const issuer = await openIssuer()
const api = openApi(stores, { identityProvider: providerOf(issuer) })
const { organization } = samples.staging

// A token brings no other identity in, makes no lasting key and gives nobody a stand-in, whatever its person may with a key.
const neverByToken = ['linkMyIdentity', 'unlinkMyIdentity', 'createApiKey', 'giveDelegation']
const operations = documentedOperations().filter(
  ({ id, keyed }) => keyed && id in lines && !neverByToken.includes(id),
)

function headerOf(door: Door): Readonly<Record<string, string>> {
  return door === 'organization'
    ? { 'Countersign-Organization': organization }
    : { 'Countersign-Environment': samples[door].environment }
}

async function signIn(person: { readonly keys: { readonly organization: string } }, subject: string) {
  const accessToken = await issuer.token(subject)
  const request = { key: person.keys.organization, method: 'PUT', body: { accessToken } }
  await api.expectStatus(200, '/v1/me/identity', request)
  return accessToken
}

interface Answer {
  readonly status: number
  readonly told: string
}

async function call(
  operation: Operation,
  sample: Sample,
  key: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const line = lines[operation.id]
  if (line === undefined) throw new Error(`no line for ${operation.id}`)
  const { path, request } = callOf(operation, line, sample)
  const response = await api.request(path, {
    ...request,
    key,
    headers: { ...request.headers, ...headers },
  })
  const text = await response.text()
  return { status: response.status, told: text.replace(/"instance":"[^"]*"/, '') }
}

const cases = operations.flatMap((operation) =>
  kinds.flatMap((kind) => doors.map((door) => ({ operation, sample: samples[kind], door, kind }))),
)

test.each(['owner', 'watcher'] as const)(
  'a token of the %s gets on every route what a key of the same door gets',
  async (name) => {
    const person = name === 'owner' ? owner : watcher
    const token = await signIn(person, name)
    let compared = 0
    const different: string[] = []
    for (const { operation, sample, door, kind } of cases) {
      const byKey = await call(operation, sample, person.keys[door])
      // What the key has just changed is not changed again.
      if (operation.method !== 'GET' && byKey.status < 400) continue
      // Who one is differs by the key that is told.
      const byToken = await call(operation, sample, token, headerOf(door))
      compared += 1
      const same =
        byKey.status === byToken.status && (byKey.status < 400 || codeIn(byKey.told) === codeIn(byToken.told))
      if (!same) {
        different.push(
          `${operation.id} in ${kind} by ${door}: ${byKey.status}, ${byToken.status} ${byToken.told}`,
        )
      }
    }
    expect(compared).toBeGreaterThan(300)
    expect(different).toEqual([])
  },
)

test('a token of another organization, of nobody, and of somebody deactivated opens no door of it', async () => {
  const theirs = await signIn(attacker, 'attacker')
  const nobodys = await issuer.token('nobody')
  await stores
    .superuser('control')
    .query(
      'INSERT INTO person_identity (organization, person, issuer, subject) SELECT organization, id, $2, $3 FROM person WHERE id = $1',
      [leaver.id, issuer.url, 'leaver'],
    )
  const left = await issuer.token('leaver')
  const opened: string[] = []
  for (const { operation, sample, door, kind } of cases) {
    for (const [token, expected] of [
      [theirs, 404],
      [nobodys, 401],
      [left, 401],
    ] as const) {
      const { status, told } = await call(operation, sample, token, headerOf(door))
      if (status !== expected) opened.push(`${operation.id} in ${kind} by ${door}: ${status} ${told}`)
    }
  }
  expect(opened).toEqual([])
})

function codeIn(text: string): string | undefined {
  return text.match(/"code":"([^"]*)"/)?.[1]
}
