import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../src/domain/json.ts'
import { type Asset, type Page, type Problem, tagOf } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

interface TypeAnswer {
  readonly name: string
  readonly version: number
  readonly builtIn: boolean
  readonly schema: JsonObject
}

const schema = (properties: JsonObject, further: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...further,
})

const rules = { promotable: true, references: [], bindings: [], secrets: [], immutable: [] }
const routing = { ...rules, schema: schema({ queue: { type: 'string' }, weight: { type: 'integer' } }) }

async function newOrganization() {
  const made = await api.newOrganization({
    people: {
      admin: { organization: 'admin' },
      member: { organization: 'member' },
      engineer: { development: 'engineer', staging: 'engineer', production: 'engineer' },
    },
  })
  const { admin, member, engineer } = made.people
  const put = (name: string, body: unknown, headers: Readonly<Record<string, string>> = {}, query = '') =>
    api.request(`/v1/asset-types/${name}${query}`, {
      key: admin.keys.organization,
      method: 'PUT',
      body,
      headers,
    })
  const create = (content: JsonValue, type = 'routing', environment: 'staging' | 'development' = 'staging') =>
    api.request(`/v1/environments/${made.environments[environment]}/assets`, {
      key: engineer.keys[environment],
      body: { type, name: 'One', content },
    })
  return { ...made, admin, member, engineer, put, create }
}

async function problemOf(response: Response, status: number): Promise<Problem> {
  const text = await response.text()
  expect([response.status, text]).toEqual([status, text])
  return JSON.parse(text) as Problem
}

describe('an asset type of an organization', () => {
  test('is defined, listed among the built-in ones, and holds assets from then on', async () => {
    const { put, create, engineer } = await newOrganization()
    expect((await create({ queue: 'a' })).status).toBe(422)
    const defined = await put('routing', routing)
    expect(defined.status).toBe(200)
    expect(defined.headers.get('ETag')).toBe('"1"')
    expect(await defined.json()).toEqual({
      ...routing,
      name: 'routing',
      version: 1,
      builtIn: false,
      writableBy: ['engineer'],
    })
    const key = engineer.keys.staging
    const { data } = await api.expectStatus<Page<TypeAnswer>>(200, '/v1/asset-types?limit=100', { key })
    expect(data.map(({ name }) => name)).toEqual(data.map(({ name }) => name).toSorted())
    expect(data.filter(({ builtIn }) => !builtIn).map(({ name }) => name)).toEqual(['routing'])
    expect(await api.expectStatus(200, '/v1/asset-types/routing', { key })).toMatchObject(routing)
    expect((await create({ queue: 'a' })).status).toBe(201)
    const refused = await problemOf(await create({ queue: 7 }), 422)
    expect(refused.errors).toEqual([{ pointer: '/content/queue', message: 'must be string' }])
  })

  test('is another organization’s nothing', async () => {
    const here = await newOrganization()
    const there = await newOrganization()
    await here.put('routing', routing)
    const key = there.admin.keys.organization
    expect((await api.expectStatus<Problem>(404, '/v1/asset-types/routing', { key })).code).toBe('not-found')
    const { data } = await api.expectStatus<Page<TypeAnswer>>(200, '/v1/asset-types?limit=100', { key })
    expect(data.every(({ builtIn }) => builtIn)).toBe(true)
    expect((await there.create({ queue: 'a' })).status).toBe(422)
    expect(((await (await there.put('routing', routing)).json()) as TypeAnswer).version).toBe(1)
  })

  test('has versions, each an entry with the digests before and after, and none for the same again', async () => {
    const { put, id } = await newOrganization()
    await put('routing', routing)
    const wider = {
      ...routing,
      schema: schema({ queue: { type: 'string' } }, { additionalProperties: true }),
    }
    expect(((await (await put('routing', wider, { 'If-Match': '"1"' })).json()) as TypeAnswer).version).toBe(
      2,
    )
    expect(((await (await put('routing', wider, { 'If-Match': '"2"' })).json()) as TypeAnswer).version).toBe(
      2,
    )
    const entries = (await verifiedLog(stores, 'control', id)).filter(({ type }) => type === 'asset-type.set')
    expect(entries.map(({ subject }) => subject)).toEqual(['asset-type/routing', 'asset-type/routing'])
    const [first, second] = entries.map(({ data }) => data.details as JsonObject)
    expect(first).toEqual({ version: 1, before: null, after: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(second).toEqual({ version: 2, before: first?.after, after: expect.any(String) })
  })

  test('changes only for who saw its newest version, and is new only once', async () => {
    const { put } = await newOrganization()
    expect((await problemOf(await put('routing', routing, { 'If-Match': '"1"' }), 412)).code).toBe(
      'precondition-failed',
    )
    await put('routing', routing, { 'If-None-Match': '*' })
    expect((await problemOf(await put('routing', routing), 428)).code).toBe('precondition-required')
    for (const headers of [{ 'If-Match': '"2"' }, { 'If-None-Match': '*' }]) {
      expect((await problemOf(await put('routing', routing, headers), 412)).code).toBe('precondition-failed')
    }
  })

  test('of many definitions sent at once, one is the first', async () => {
    const { put } = await newOrganization()
    const answers = await Promise.all(
      [1, 2, 3, 4].map((maximum) => put('routing', { ...rules, schema: schema({ a: { maximum } }) })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 428, 428, 428])
  })

  test('as a dry run says what would be, and changes nothing', async () => {
    const { put, admin, id } = await newOrganization()
    const dry = await put('routing', routing, {}, '?dryRun=true')
    expect(await dry.json()).toMatchObject({ name: 'routing', version: 1 })
    await api.expectStatus(404, '/v1/asset-types/routing', { key: admin.keys.organization })
    const log = await verifiedLog(stores, 'control', id)
    expect(log.filter(({ type }) => type === 'asset-type.set')).toEqual([])
    await problemOf(await put('routing', { ...routing, bindings: ['url'] }, {}, '?dryRun=true'), 422)
  })

  test('is made by owners and admins with a key of the organization, and takes no built-in name', async () => {
    const { member, engineer, people, put } = await newOrganization()
    const path = '/v1/asset-types/routing'
    const asked = { method: 'PUT', body: routing }
    for (const key of [member.keys.organization, engineer.keys.staging, people.owner.keys.production]) {
      expect((await api.expectStatus<Problem>(403, path, { key, ...asked })).code).toBe('forbidden')
    }
    await api.expectStatus(401, path, asked)
    expect((await problemOf(await put('filter', routing), 403)).code).toBe('forbidden')
    for (const name of ['Routing', 'routing-rule', '9', 'a'.repeat(101)]) {
      expect((await put(name, routing)).status).toBe(404)
    }
    await api.expectStatus(200, path, { key: people.owner.keys.organization, ...asked })
  })
})

describe('a definition is refused with a pointer', () => {
  const catastrophic = '^(a+)+$'
  test.each<[string, JsonObject, string]>([
    ['a schema that is none', { schema: { type: 'spell' } }, '/schema/type'],
    [
      'another dialect',
      { schema: { $schema: 'http://json-schema.org/draft-07/schema#' } },
      '/schema/$schema',
    ],
    ['a remote reference', { schema: { $ref: 'https://schemas.example/a' } }, '/schema/$ref'],
    ['a relative reference', { schema: { items: { $ref: 'other.json' } } }, '/schema/items/$ref'],
    ['a remote dynamic reference', { schema: { not: { $dynamicRef: 'a#b' } } }, '/schema/not/$dynamicRef'],
    ['a base address', { schema: { $id: 'https://schemas.example/' } }, '/schema/$id'],
    ['a reference to nowhere', { schema: { $ref: '#/$defs/a' } }, '/schema/$ref'],
    ['a reference to no anchor', { schema: { $ref: '#a' } }, '/schema'],
    ['a keyword of the validator’s own', { schema: { $async: true } }, '/schema/$async'],
    ['an unknown keyword', { schema: { allOf: [{ maximumLength: 3 }] } }, '/schema/allOf/0/maximumLength'],
    [
      'a format that looks back',
      { schema: schema({ a: { format: 'regex' } }) },
      '/schema/properties/a/format',
    ],
    [
      'a pattern that looks around',
      { schema: schema({ a: { pattern: '^(?=a)b' } }) },
      '/schema/properties/a/pattern',
    ],
    [
      'a member pattern that looks back',
      { schema: { patternProperties: { '(a)\\1': {} } } },
      '/schema/patternProperties/(a)\\1',
    ],
    ['a pattern too large to compile', { schema: { pattern: '((a{1,99}){1,99}){1,99}' } }, '/schema/pattern'],
    ['a place that is no pointer', { bindings: ['url'] }, '/bindings/0'],
    ['a place that is the whole', { immutable: [''] }, '/immutable/0'],
    [
      'a reference to an unknown type',
      { references: [{ pointer: '/a', types: ['spell'], required: true }] },
      '/references/0/types/0',
    ],
    [
      'a secret that the schema requires',
      { secrets: ['/key'], schema: { type: 'object', required: ['key'] } },
      '/secrets/0',
    ],
    ['a secret whose presence the schema forbids', { secrets: ['/key'], schema: schema({}) }, '/secrets/0'],
    ['a secret without a name', { secrets: ['/keys/*'] }, '/secrets/0'],
    ['a secret at any position of a list', { secrets: ['/keys/*/token'] }, '/secrets/0'],
    ['a secret at one position of a list', { secrets: ['/keys/0/token'] }, '/secrets/0'],
    [
      'a secret in what may be a list after all',
      {
        secrets: ['/keys/*/*/token'],
        schema: { properties: { keys: { type: 'object', properties: { list: {} } } } },
      },
      '/secrets/0',
    ],
    [
      'a value that a promotion would write into a secret place',
      { secrets: ['/token'], landsAs: [{ pointer: '/token', value: 'off' }] },
      '/landsAs/0/pointer',
    ],
    [
      'a value that a promotion would write above a secret place',
      { secrets: ['/by/token'], landsAs: [{ pointer: '/by', value: { token: 'off' } }] },
      '/landsAs/0/pointer',
    ],
    [
      'a value that a promotion would write below a secret place',
      { secrets: ['/by/token'], landsAs: [{ pointer: '/*/token/a', value: 1 }] },
      '/landsAs/0/pointer',
    ],
    [
      'a check of several places where one is meant',
      { checks: [{ check: 'equal', pointers: ['/a/*', '/b'] }] },
      '/checks/0/pointers/0',
    ],
    ['a reason that contradicts it', { notPromotableBecause: 'It is local.' }, '/notPromotableBecause'],
  ])('%s', async (_, wrong, pointer) => {
    const { put } = await newOrganization()
    const refused = await problemOf(await put('routing', { ...rules, schema: {}, ...wrong }), 422)
    expect(refused.code).toBe('invalid-body')
    expect(refused.errors?.map((error) => error.pointer)).toContain(pointer)
  })

  test('but a secret of each member is kept where the schema says that they stand in an object', async () => {
    const { put } = await newOrganization()
    const keys = { type: 'object', additionalProperties: { type: 'object' } }
    const landsAs = [{ pointer: '/keys/a/enabled', value: false }]
    const byName = { ...rules, secrets: ['/keys/*/token'], schema: schema({ keys }), landsAs }
    expect((await put('routing', byName)).status).toBe(200)
  })

  test('more than 64 KiB, more levels than 32, and an unknown rule', async () => {
    const { put } = await newOrganization()
    const large = { ...rules, schema: { description: 'a'.repeat(70_000) } }
    expect((await problemOf(await put('routing', large), 413)).code).toBe('too-large')
    const deep = Array.from({ length: 33 }).reduce<JsonObject>((inner) => ({ not: inner }), {})
    const refused = await problemOf(await put('routing', { ...rules, schema: deep }), 422)
    expect(refused.errors?.at(-1)?.message).toMatch(/nested deeper/)
    expect((await problemOf(await put('routing', { ...routing, spells: [] }), 422)).code).toBe(
      'unknown-property',
    )
  })

  test('but a pattern that would take for ever elsewhere is kept, and judges at once', async () => {
    const { put, create } = await newOrganization()
    await put('routing', { ...rules, schema: schema({ a: { type: 'string', pattern: catastrophic } }) })
    const started = performance.now()
    const refused = await problemOf(await create({ a: `${'a'.repeat(50_000)}!` }), 422)
    expect(refused.errors?.[0]?.pointer).toBe('/content/a')
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('and a schema that multiplies its own work ends soon, and lets others be answered meanwhile', async () => {
    const { put, create, admin } = await newOrganization()
    const levels = Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => {
        const next = { $ref: `#/$defs/l${level + 1}` }
        return [`l${level}`, { anyOf: [next, next] }]
      }),
    )
    const $defs = { ...levels, l40: { required: ['never'] } }
    const hungry = { $defs, patternProperties: { '^x-': { $ref: '#/$defs/l0' } } }
    expect((await put('routing', { ...rules, schema: hungry })).status).toBe(200)
    const started = performance.now()
    const refusals = await Promise.all([1, 2, 3].map(() => create({ 'x-a': {} })))
    for (const refused of refusals) {
      expect((await problemOf(refused, 422)).errors?.[0]?.message).toMatch(/in time/)
    }
    expect(performance.now() - started).toBeLessThan(2500)
    await api.expectStatus(200, '/v1/asset-types/routing', { key: admin.keys.organization })
  })

  test.each<[string, JsonObject]>([
    ['nothing', { $ref: '#/$defs/l0' }],
    ['one member', { properties: { a: { $ref: '#/$defs/l0' } } }],
    ['anything without an end', { $ref: '#/$defs/endless' }],
  ])('a schema that cannot judge %s in time is not kept', async (_, hungry) => {
    const { put } = await newOrganization()
    const levels = Array.from({ length: 40 }, (_, level) => {
      const next = { $ref: `#/$defs/l${level + 1}` }
      return [`l${level}`, { anyOf: [next, next] }]
    })
    const $defs = {
      ...Object.fromEntries(levels),
      l40: { required: ['never'] },
      endless: { anyOf: [{ $ref: '#/$defs/endless' }] },
    }
    const refused = await problemOf(await put('routing', { ...rules, schema: { ...hungry, $defs } }), 422)
    expect(refused.errors).toEqual([{ pointer: '/schema', message: expect.stringMatching(/in time/) }])
  })
})

describe('a change that stored content would not fit', () => {
  const narrower = { ...routing, schema: schema({ queue: { type: 'string', maxLength: 3 } }) }

  test('is refused with every place, in whatever environment it stands', async () => {
    const { put, create, environments } = await newOrganization()
    await put('routing', routing)
    const created = async (response: Response) => (await response.json()) as Asset
    const long = await created(await create({ queue: 'overnight' }))
    const weighty = await created(await create({ queue: 'a', weight: 1 }, 'routing', 'development'))
    await create({ queue: 'b' })
    const refused = await problemOf(await put('routing', narrower, { 'If-Match': '"1"' }), 409)
    expect(refused.code).toBe('type-in-use')
    const places = refused.errors?.toSorted((one, other) => (one.pointer < other.pointer ? -1 : 1))
    expect(places?.map(({ pointer }) => pointer)).toEqual(['', '/queue'])
    expect(places?.[0]?.message).toContain(`asset ${weighty.id} in environment ${environments.development}`)
    expect(places?.[1]?.message).toContain(
      `asset ${long.id} in environment ${environments.staging}, version 1`,
    )
    expect(JSON.stringify(refused)).not.toContain('overnight')
    expect((await put('routing', narrower, { 'If-Match': '"1"' }, '?dryRun=true')).status).toBe(409)
  })

  test('is accepted once the content is changed or gone', async () => {
    const { put, create, engineer } = await newOrganization()
    await put('routing', routing)
    const first = (await (await create({ queue: 'overnight' })).json()) as Asset
    const second = (await (await create({ weight: 1 })).json()) as Asset
    const key = engineer.keys.staging
    await api.expectStatus(200, `/v1/assets/${first.id}`, {
      key,
      method: 'PUT',
      body: { content: { queue: 'day' } },
      headers: { 'If-Match': tagOf(first) },
    })
    await api.expectStatus(204, `/v1/assets/${second.id}`, { key, method: 'DELETE' })
    expect((await put('routing', narrower, { 'If-Match': '"1"' })).status).toBe(200)
  })

  test('is judged by rules too: a new secret place, structure, and what only one may hold', async () => {
    const { put, create } = await newOrganization()
    const open = { ...rules, schema: {} }
    await put('routing', open)
    await create({ key: 'k', ends: [{ id: 'a' }, { id: 'a' }], owner: 'one' })
    await create({ owner: 'one' })
    const change = async (rule: object) =>
      (await put('routing', { ...open, ...rule }, { 'If-Match': '"1"' })).status
    expect(await change({ secrets: ['/key'] })).toBe(409)
    expect(await change({ checks: [{ check: 'distinct', each: '/ends/*', members: ['/id'] }] })).toBe(409)
    expect(await change({ unique: [{ each: '', members: ['/owner'] }] })).toBe(409)
    expect(await change({ unique: [{ each: '', members: ['/key'] }] })).toBe(200)
  })

  test('is refused whatever its content when it would let production be written around a promotion', async () => {
    const { put } = await newOrganization()
    await put('routing', routing)
    const local = { ...routing, promotable: false }
    const refused = await problemOf(await put('routing', local, { 'If-Match': '"1"' }), 422)
    expect(refused.errors).toEqual([{ pointer: '/promotable', message: 'may not change' }])
  })

  test('never slips by a version that is written meanwhile: one of the two is refused', async () => {
    const { put, create } = await newOrganization()
    await put('routing', routing)
    let version = 1
    let maximum = 50
    for (let round = 0; round < 8; round += 1) {
      const queue = 'a'.repeat(maximum)
      maximum -= 1
      const tighter = { ...routing, schema: schema({ queue: { type: 'string', maxLength: maximum } }) }
      const [changed, written] = await Promise.all([
        put('routing', tighter, { 'If-Match': `"${version}"` }),
        create({ queue }),
      ])
      const statuses = [changed.status, written.status]
      expect([
        [200, 422],
        [409, 201],
      ]).toContainEqual(statuses)
      if (changed.status === 409) return
      version += 1
    }
  })
})
