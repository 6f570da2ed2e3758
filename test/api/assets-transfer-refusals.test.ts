import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/domain/json.ts'
import { destination, type Problem, source, valueSet } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'
import { type AssetsFile, fileOf } from './transfer-file.ts'

const stores = await openStores()
const api = openApi(stores)

const made = await api.newOrganization({
  people: {
    engineer: { staging: 'engineer', production: 'engineer', development: 'engineer' },
    support: { staging: 'support' },
    viewer: { staging: 'viewer' },
  },
})
const staging = `/v1/environments/${made.environments.staging}/assets`
const { engineer, support, viewer } = made.people

async function refused(status: number, file: unknown, key = engineer.keys.staging, path = staging) {
  const before = await verifiedLog(stores, 'staging', made.id)
  const problem = await api.expectStatus<Problem>(status, `${path}:import`, { key, body: file })
  expect(await verifiedLog(stores, 'staging', made.id)).toHaveLength(before.length)
  return problem
}

const newId = () => crypto.randomUUID()
const inFile = (asset: { type: string; name: string; content: JsonValue }, id = newId()) => ({
  ...asset,
  id,
})

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`
}

function filterOf(name: string, end: string) {
  const link = { source: { id: end }, destination: { id: end }, dataModel: 'Scheduling' }
  return inFile({ type: 'filter', name, content: { action: 'block-all', rules: [], links: [link] } })
}

describe('nothing is imported', () => {
  test('into production', async () => {
    const production = `/v1/environments/${made.environments.production}/assets`
    const problem = await refused(403, fileOf([]), engineer.keys.production, production)
    expect(problem.code).toBe('promotion-only')
  })

  test('from production, whatever the file says of itself', async () => {
    const file = fileOf([inFile(valueSet('I'))])
    const says = { ...file, environment: { ...file.environment, kind: 'production' } }
    expect(await refused(403, says)).toMatchObject({
      code: 'promotion-only',
      errors: [{ pointer: '/environment/kind' }],
    })
    const names = { ...file, environment: { ...file.environment, id: made.environments.production } }
    expect(await refused(403, names)).toMatchObject({
      code: 'promotion-only',
      errors: [{ pointer: '/environment/id' }],
    })
  })

  test('that production holds, though the file was edited and control does not know it yet', async () => {
    const landed = newId()
    // In production's store alone: control has not followed it yet.
    await stores.superuser('production').query(
      `INSERT INTO asset (organization, id, environment, type, name, version, created_by, updated_by)
         VALUES ($1, $2, $3, 'valueSet', 'Landed', 0, $4, $4)`,
      [made.id, landed, made.environments.production, engineer.id],
    )
    const file = fileOf([inFile(source), inFile(valueSet('I'), landed)])
    expect(await refused(403, file)).toMatchObject({
      code: 'promotion-only',
      errors: [{ pointer: '/assets/1/id' }],
    })
  })

  test('whose references lead in a circle, which is named', async () => {
    const [first, second] = [newId(), newId()]
    const modifier = (id: string, name: string, refersTo: string) => ({
      id,
      name,
      type: 'configModifier',
      content: {
        flavor: 'delete',
        selector: '$.Patient.Notes',
        links: [
          {
            location: 'source-request',
            sourceId: refersTo,
            destinationId: refersTo,
            dataModel: 'PatientAdmin',
            eventTypes: null,
            ownedBy: 'source',
          },
        ],
      },
    })
    const circle = [inFile(source), modifier(first, 'One', second), modifier(second, 'Two', first)]
    const problem = await refused(422, fileOf(circle))
    expect(problem.code).toBe('reference-cycle')
    expect(problem.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(['/assets/1', '/assets/2'])
  })

  test('when an id stands there twice, or a name that has to tell assets apart', async () => {
    const twice = newId()
    expect(await refused(422, fileOf([inFile(valueSet('I'), twice), inFile(source, twice)]))).toMatchObject({
      code: 'invalid-body',
      errors: [{ pointer: '/assets/1/id' }],
    })
    const named = (value: string) => ({ ...valueSet(value), name: 'Twice named' })
    await api.expectStatus(201, staging, { key: engineer.keys.staging, body: named('here') })
    expect(await refused(422, fileOf([inFile(named('I')), inFile(named('O'))]))).toMatchObject({
      code: 'invalid-body',
      errors: [{ pointer: '/assets/0/name' }, { pointer: '/assets/1/name' }],
    })
  })

  test('of an unknown type or another format', async () => {
    expect(await refused(422, fileOf([inFile({ ...source, type: 'unheardOf' })]))).toMatchObject({
      errors: [{ pointer: '/assets/0/type' }],
    })
    expect((await refused(422, { ...fileOf([]), format: 'countersign/assets/2' })).code).toBe('invalid-body')
    expect((await refused(422, { ...fileOf([]), comment: 'mine' })).code).toBe('unknown-property')
  })

  test('when any content is not allowed, and every place is told at once', async () => {
    const wrong = { ...valueSet('I'), name: 'Wrong', content: { values: 'none' } }
    const alsoWrong = {
      ...destination,
      name: 'Wrong too',
      content: { ...destination.content, endpoint: 7 },
    }
    const file = fileOf([inFile(source), inFile(wrong), inFile(alsoWrong)])
    const problem = await refused(422, file)
    expect(problem.errors?.map(({ pointer }) => pointer.split('/', 4).join('/'))).toEqual([
      '/assets/1/content',
      '/assets/2/content',
    ])
    expect(JSON.stringify(problem)).not.toContain('none')
  })

  test('that holds a secret or data of a patient in any content', async () => {
    const note = (value: string) => ({ ...valueSet(), name: value, content: { values: [{ value }] } })
    const secret = note(
      '-----BEGIN PRIVATE KEY-----MIIEvQIBADANBgkqhkiG9w0BAQEFAASC-----END PRIVATE KEY-----',
    )
    const file = fileOf([inFile(source), inFile({ ...secret, name: 'Keys' })])
    const problem = await refused(422, file)
    expect(problem).toMatchObject({ code: 'literal-secret' })
    expect(problem.errors?.[0]?.pointer).toMatch(/^\/assets\/1\/content\/values\/0/)
    expect(JSON.stringify(problem)).not.toContain('MIIE')
  })

  test('by which two assets would hold what only one may, dry or not', async () => {
    const end = newId()
    const file = fileOf([inFile(source, end), filterOf('One', end), filterOf('Two', end)])
    for (const query of ['', '?dryRun=true']) {
      const problem = await api.expectStatus<Problem>(422, `${staging}:import${query}`, {
        key: engineer.keys.staging,
        body: file,
      })
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
        '/assets/1/content/links/0',
        '/assets/2/content/links/0',
      ])
    }
  })

  test('that has members named like a prototype', async () => {
    const text = JSON.stringify(fileOf([inFile(source)])).replace(
      '"serviceRegion":',
      '"__proto__":{"serviceRegion":"x"},"serviceRegion":',
    )
    const problem = await refused(422, text)
    expect(problem.errors?.[0]?.pointer).toMatch(/^\/assets\/0\/content/)
    const beside = JSON.stringify(fileOf([])).replace('"assets":', '"__proto__":{},"assets":')
    expect((await refused(422, beside)).code).toBe('unknown-property')
  })

  test('whose content is nested deeper than any other body may be', async () => {
    const withDepth = (depth: number) =>
      JSON.stringify(fileOf([inFile({ ...source, content: { at: 0 } })])).replace(
        '{"at":0}',
        `{"at":${nested(depth)}}`,
      )
    expect((await refused(422, withDepth(63))).code).toBe('invalid-body')
    expect((await refused(422, withDepth(64))).code).toBe('too-deep')
  })

  test('whose content is larger than a content may be', async () => {
    const filler = 'x'.repeat(100)
    const values = Array.from({ length: 10_000 }, (_, place) => ({ value: `${place} ${filler}` }))
    const large = inFile({ ...valueSet('I'), content: { values } })
    const problem = await refused(422, fileOf([inFile(source), large]))
    expect(problem).toMatchObject({
      code: 'invalid-body',
      errors: [{ pointer: '/assets/1/content', message: expect.stringMatching(/^has \d+ bytes$/) }],
    })
  })

  test('larger than 16 MiB', async () => {
    const large = `${' '.repeat(16 * 1_048_576)}${JSON.stringify(fileOf([]))}`
    expect((await refused(413, large)).code).toBe('too-large')
  })

  test('by who may not write all of it, or with another key', async () => {
    const file = fileOf([inFile(valueSet('I')), inFile(source)])
    expect((await refused(403, file, support.keys.staging)).code).toBe('forbidden')
    expect((await refused(403, file, viewer.keys.staging)).code).toBe('forbidden')
    expect((await refused(403, fileOf([]), viewer.keys.staging)).code).toBe('forbidden')
    expect((await refused(404, file, engineer.keys.development)).code).toBe('not-found')
    expect((await refused(404, file, engineer.keys.organization)).code).toBe('not-found')
    const { secret } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: engineer.keys.staging,
      body: { name: 'reads', environment: made.environments.staging, scopes: ['assets:read', 'keys:write'] },
    })
    expect((await refused(403, file, secret)).code).toBe('forbidden')
  })
})

test('who may read the assets of an environment exports them, nobody else', async () => {
  for (const { keys } of [engineer, support, viewer]) {
    await api.expectStatus<AssetsFile>(200, `${staging}:export`, { key: keys.staging })
  }
  await api.expectStatus(404, `${staging}:export`, { key: engineer.keys.development })
  await api.expectStatus(404, `${staging}:export`, { key: engineer.keys.organization })
  await api.expectStatus(401, `${staging}:export`)
})

test('support imports what it may write', async () => {
  const { data } = await api.expectStatus<{ data: readonly { action: string }[] }>(200, `${staging}:import`, {
    key: support.keys.staging,
    body: fileOf([inFile({ ...valueSet('I'), name: 'Of support' })]),
  })
  expect(data).toMatchObject([{ action: 'created' }])
})
