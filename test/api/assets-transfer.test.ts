import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/trust/canonical.ts'
import { parseStrict } from '../../src/trust/strict-parse.ts'
import { readExamples } from '../domain/asset/read-examples.ts'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { destination, source, valueSet } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'
import { type AssetsFile, fileOf, type Imported } from './transfer-file.ts'

const stores = await openStores()
const api = openApi(stores)
const withWorkflows = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })

async function twoEnvironments() {
  const made = await api.newOrganization({
    people: { engineer: { staging: 'engineer', development: 'engineer', production: 'engineer' } },
  })
  const { keys } = made.people.engineer
  const assetsOf = (kind: 'development' | 'staging' | 'production') =>
    `/v1/environments/${made.environments[kind]}/assets`
  const exported = async (kind: 'development' | 'staging' | 'production', query = '') => {
    const response = await api.request(`${assetsOf(kind)}:export${query}`, { key: keys[kind] })
    expect(response.status).toBe(200)
    const text = await response.text()
    return { text, tag: response.headers.get('ETag'), file: JSON.parse(text) as AssetsFile }
  }
  const importInto = (kind: 'development' | 'staging', file: unknown, query = '') =>
    api.expectStatus<Imported>(200, `${assetsOf(kind)}:import${query}`, { key: keys[kind], body: file })
  return { ...made, keys, assetsOf, exported, importInto }
}

function examplesFile(): AssetsFile {
  return fileOf(
    readExamples('staging').map(({ id, type, name, content }) => ({ id, type: type.name, name, content })),
  )
}

describe('an export', () => {
  test('is canonical, the same until an asset changes, and tagged by its digest', async () => {
    const { assetsOf, exported, keys } = await twoEnvironments()
    const assets = assetsOf('staging')
    await api.expectStatus(201, assets, { key: keys.staging, body: valueSet('I') })
    await api.expectStatus(201, assets, { key: keys.staging, body: { ...source, name: 'Ärzte "Süd"' } })
    const first = await exported('staging')
    expect(first.text).toBe(new TextDecoder().decode(canonicalBytes(parseStrict(Buffer.from(first.text)))))
    expect(first.tag).toBe(`"${createHash('sha256').update(first.text).digest('hex')}"`)
    expect(await exported('staging')).toEqual(first)
    await api.expectStatus(201, assets, { key: keys.staging, body: valueSet('O') })
    expect((await exported('staging')).tag).not.toBe(first.tag)
  })

  test('holds what its environment holds, by type and name, without what was deleted', async () => {
    const { assetsOf, environments, exported, keys } = await twoEnvironments()
    const assets = assetsOf('staging')
    const gone = await api.expectStatus<{ id: string }>(201, assets, {
      key: keys.staging,
      body: valueSet('gone'),
    })
    const kept = await api.expectStatus<object>(201, assets, { key: keys.staging, body: valueSet('kept') })
    await api.expectStatus(201, assets, { key: keys.staging, body: source })
    await api.expectStatus(204, `/v1/assets/${gone.id}`, { key: keys.staging, method: 'DELETE' })
    const { file } = await exported('staging')
    expect(file).toMatchObject({
      format: 'countersign/assets/1',
      environment: { id: environments.staging, name: 'staging', kind: 'staging' },
    })
    expect(file.assets.map(({ type }) => type)).toEqual(['source', 'valueSet'])
    const { id, digest, version } = kept as AssetsFile['assets'][number]
    expect(file.assets[1]).toEqual({
      id,
      digest,
      version,
      type: 'valueSet',
      name: 'Patient classes',
      content: valueSet('kept').content,
    })
    expect((await exported('staging', '?type=source')).file.assets.map(({ type }) => type)).toEqual([
      'source',
    ])
  })

  test('of production is on record as a whole, one of staging is not', async () => {
    const { id, exported } = await twoEnvironments()
    const entries = async () =>
      (await verifiedLog(stores, 'control', id)).filter(({ type }) => type === 'assets.exported')
    await exported('staging')
    expect(await entries()).toEqual([])
    const { tag } = await exported('production')
    const [entry, ...more] = await entries()
    expect(more).toEqual([])
    expect(entry?.data).toMatchObject({ details: { file: tag?.replaceAll('"', ''), assets: 0 } })
  })

  test('of production is a reading of every version in it, once an hour', async () => {
    const { id, assetsOf, exported, keys } = await twoEnvironments()
    const made: string[] = []
    for (const body of [source, destination]) {
      const path = assetsOf('production')
      made.push(
        (await withWorkflows.expectStatus<{ id: string }>(201, path, { key: keys.production, body })).id,
      )
    }
    const readings = async () =>
      (await verifiedLog(stores, 'control', id)).flatMap(({ type, data }) =>
        type === 'content.read' && typeof data.asset === 'string' ? [data.asset] : [],
      )
    const before = await readings()

    await exported('production')
    await exported('production')

    const fresh = (await readings()).slice(before.length)
    expect(fresh.toSorted()).toEqual(made.filter((asset) => !before.includes(asset)).toSorted())
  })

  test('has a path of its own, and none beside it', async () => {
    const { assetsOf, keys } = await twoEnvironments()
    const assets = assetsOf('staging')
    for (const path of [`${assets}:exports`, `${assets}:other`, `${assets}export`]) {
      await api.expectStatus(404, path, { key: keys.staging })
    }
    await api.expectStatus(405, `${assets}:export`, { key: keys.staging, method: 'DELETE' })
    const { paths } = await api.expectStatus<{ paths: object }>(200, '/openapi.json')
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/environments/{environment}/assets:export',
        '/v1/environments/{environment}/assets:import',
      ]),
    )
    expect(JSON.stringify(Object.keys(paths))).not.toContain('verb')
  })
})

describe('an import', () => {
  test('makes new assets with ids of their own, whose references name each other', async () => {
    const { importInto, exported } = await twoEnvironments()
    const file = examplesFile()
    const { data, warnings } = await importInto('development', file)
    expect(data.map(({ file: id }) => id)).toEqual(file.assets.map(({ id }) => id))
    expect(new Set(data.map(({ action }) => action))).toEqual(new Set(['created']))
    expect(warnings).toEqual([])
    const ids = new Map(data.map(({ file: id, id: here }) => [id, String(here)]))
    const renamed = [...ids].reduce((text, [id, here]) => text.replaceAll(id, here), JSON.stringify(file))
    const landed = (await exported('development')).file
    const byId = ({ assets }: AssetsFile) =>
      new Map(assets.map(({ id, type, name, content }) => [id, { type, name, content }]))
    expect(byId(landed)).toEqual(byId(JSON.parse(renamed) as AssetsFile))
  })

  test('brings in several of one name where none of that name is here', async () => {
    const { importInto } = await twoEnvironments()
    const named = ['I', 'O'].map((value) => ({ ...valueSet(value), id: crypto.randomUUID() }))

    const { data } = await importInto('development', fileOf(named))

    expect(data.map(({ action }) => action)).toEqual(['created', 'created'])
  })

  test('exported again is the same but for ids, and imported again changes nothing', async () => {
    const { importInto, exported, assetsOf, keys } = await twoEnvironments()
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 6 })
    let round = 0
    await fc.assert(
      fc.asyncProperty(names, async (values) => {
        round += 1
        const body = {
          ...valueSet(),
          name: `Round ${round}`,
          content: { values: values.map((value) => ({ value })) },
        }
        await api.expectStatus(201, assetsOf('staging'), { key: keys.staging, body })
        const { file } = await exported('staging')
        await importInto('development', file)
        const again = (await exported('development')).file
        const bare = ({ assets }: AssetsFile) => assets.map(({ id: _, version: __, ...rest }) => rest)
        expect(bare(again)).toEqual(bare(file))
        const repeated = await importInto('development', file)
        expect(new Set(repeated.data.map(({ action }) => action))).toEqual(new Set(['unchanged']))
      }),
      { numRuns: 8 },
    )
  })

  test('writes the next version of what it finds by id or by type and name', async () => {
    const { id, importInto, exported, keys } = await twoEnvironments()
    const byName = valueSet('I')
    await importInto('staging', fileOf([{ id: crypto.randomUUID(), ...byName }]))
    const { file } = await exported('staging')
    const [asset] = file.assets
    const edited = { ...file, assets: [{ ...asset, content: valueSet('I', 'O').content }] }
    const here = asset?.id
    expect((await importInto('staging', edited)).data).toMatchObject([
      { file: here, id: here, action: 'updated', version: 2 },
    ])
    const stranger = fileOf([{ id: crypto.randomUUID(), ...valueSet('I', 'O', 'E') }])
    expect((await importInto('staging', stranger)).data).toMatchObject([
      { id: here, action: 'updated', version: 3 },
    ])
    const renamed = fileOf([{ id: String(here), ...valueSet('I', 'O', 'E'), name: 'Another name' }])
    const { data, warnings } = await importInto('staging', renamed)
    expect(data).toMatchObject([{ id: here, name: 'Patient classes', action: 'unchanged', version: 3 }])
    expect(warnings).toMatchObject([{ pointer: '/assets/0/name', rule: 'name-kept' }])
    const entries = await verifiedLog(stores, 'staging', id)
    expect(entries.map(({ type }) => type)).toEqual([
      'asset.created',
      'assets.imported',
      'asset.version-written',
      'assets.imported',
      'asset.version-written',
      'assets.imported',
      'assets.imported',
    ])
    const read = await api.expectStatus<{ version: number }>(200, `/v1/assets/${here}`, { key: keys.staging })
    expect(read.version).toBe(3)
  })

  test('may have its assets take from each other what only one may hold', async () => {
    const { importInto } = await twoEnvironments()
    const [from, to] = [
      { ...source, id: crypto.randomUUID() },
      { ...destination, id: crypto.randomUUID() },
    ]
    const filter = (name: string, dataModel: string) => {
      const link = { source: { id: from.id }, destination: { id: to.id }, dataModel }
      const content = { action: 'block-all', rules: [], links: [link] }
      return { type: 'filter', name, content, id: crypto.randomUUID() }
    }
    const [one, other] = [filter('One', 'Scheduling'), filter('Other', 'Results')]
    await importInto('staging', fileOf([from, to, one, other]))

    const { data } = await importInto(
      'staging',
      fileOf([from, to, { ...one, content: other.content }, { ...other, content: one.content }]),
    )

    expect(data.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'updated', 'updated'])
  })

  test('that only runs dry answers what would be done, and does nothing', async () => {
    const { id, importInto, exported } = await twoEnvironments()
    const file = examplesFile()
    const before = await exported('development')
    const dry = await importInto('development', file, '?dryRun=true')
    expect(dry.dryRun).toBe(true)
    expect(await exported('development')).toEqual(before)
    expect(await verifiedLog(stores, 'development', id)).toEqual([])
    const wet = await importInto('development', file)
    expect(dry.data).toEqual(wet.data.map((one) => ({ ...one, id: null })))
    expect(await importInto('development', file, '?dryRun=true')).toEqual({
      ...wet,
      dryRun: true,
      data: wet.data.map((one) => ({ ...one, action: 'unchanged' })),
    })
  })

  test('sent twice with one key is one import with one answer', async () => {
    const { id, assetsOf, keys } = await twoEnvironments()
    const asked = { key: keys.development, body: examplesFile(), idempotencyKey: crypto.randomUUID() }
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => api.request(`${assetsOf('development')}:import`, asked)),
    )
    const bodies = await Promise.all(answers.map((answer) => answer.json()))
    for (const body of bodies) expect(body).toEqual(bodies[0])
    expect(answers.filter((answer) => answer.headers.get('Idempotent-Replayed') === 'true')).toHaveLength(3)
    const entries = await verifiedLog(stores, 'development', id)
    expect(entries.filter(({ type }) => type === 'assets.imported')).toHaveLength(1)
  })

  test('sent again after what it made would refuse it gets its first answer', async () => {
    const { assetsOf, keys } = await twoEnvironments()
    const named = ['I', 'O'].map((value) => ({ ...valueSet(value), id: crypto.randomUUID() }))
    const request = { key: keys.development, body: fileOf(named), idempotencyKey: 'two of one name' }
    const path = `${assetsOf('development')}:import`

    const first = await api.expectStatus<Imported>(200, path, request)
    expect(await api.expectStatus<Imported>(200, path, request)).toEqual(first)
    await api.expectStatus(422, path, { ...request, idempotencyKey: 'another key' })
  })

  test('allows references that lead nowhere, and tells of them', async () => {
    const { importInto } = await twoEnvironments()
    const translation = examplesFile().assets.find(({ type }) => type === 'configModifier')
    if (translation === undefined) throw new TypeError('the examples hold a config modifier')
    const { warnings } = await importInto('development', fileOf([translation]))
    expect(warnings.length).toBeGreaterThan(0)
    expect(new Set(warnings.map(({ rule }) => rule))).toEqual(new Set(['reference-unresolved']))
    expect(warnings[0]?.pointer).toMatch(/^\/assets\/0\/content\//)
  })

  test('leaves out what a partner owns elsewhere, keeps what one owns here, and shows neither', async () => {
    const { assetsOf, exported, importInto, keys } = await twoEnvironments()
    const partner = {
      id: 'link-of-a-partner',
      location: 'source-request',
      sourceId: crypto.randomUUID(),
      destinationId: crypto.randomUUID(),
      dataModel: 'PatientAdmin',
      eventTypes: null,
      ownedBy: 'source',
      partnerOwned: true,
    }
    const modifier = { flavor: 'delete', selector: '$.Patient.Notes' }
    const body = { type: 'configModifier', name: 'Shared', content: { ...modifier, links: [partner] } }
    await api.expectStatus(201, assetsOf('staging'), { key: keys.staging, body })
    const { file, text } = await exported('staging')
    expect(text).not.toContain(partner.sourceId)
    expect((await importInto('staging', file)).data).toMatchObject([{ action: 'unchanged', version: 1 }])
    for (const action of ['created', 'unchanged']) {
      const elsewhere = await importInto('development', file)
      expect(elsewhere.data).toMatchObject([{ action, version: 1 }])
      expect(elsewhere.warnings).toMatchObject([
        { pointer: '/assets/0/content/links/0', rule: 'partner-left-out' },
      ])
    }
    expect((await exported('development')).file.assets).toMatchObject([
      { content: { ...modifier, links: [] } },
    ])
  })

  test('and an edit at the same moment lose neither', async () => {
    const { id, assetsOf, importInto, exported, keys } = await twoEnvironments()
    const made = await api.expectStatus<{ id: string; version: number; digest: string }>(
      201,
      assetsOf('staging'),
      { key: keys.staging, body: valueSet('I') },
    )
    const { file } = await exported('staging')
    const edited = { ...file, assets: [{ ...file.assets[0], content: valueSet('imported').content }] }
    const edit = api.request(`/v1/assets/${made.id}`, {
      key: keys.staging,
      method: 'PUT',
      body: { content: valueSet('edited').content },
      headers: { 'If-Match': `"${made.version}-${made.digest}"` },
    })
    const [{ data }, edition] = await Promise.all([importInto('staging', edited), edit])
    const versions = edition.status === 200 ? 3 : 2
    expect([200, 412]).toContain(edition.status)
    expect(data).toMatchObject([{ action: 'updated', version: versions }])
    expect((await exported('staging')).file.assets).toMatchObject([
      { version: versions, content: valueSet('imported').content },
    ])
    expect(await verifiedLog(stores, 'staging', id)).toHaveLength(versions + 1)
  })

  test('of 5,000 assets is done within a minute', { timeout: 180_000 }, async () => {
    const { id, importInto } = await twoEnvironments()
    const assets = Array.from({ length: 5_000 }, (_, place) => ({
      id: crypto.randomUUID(),
      ...valueSet(`value-${place}`),
      name: `Set ${place}`,
    }))
    const begun = performance.now()
    const { data } = await importInto('development', fileOf(assets))
    expect(performance.now() - begun).toBeLessThan(60_000)
    expect(data.filter(({ action }) => action === 'created')).toHaveLength(5_000)
    expect(await verifiedLog(stores, 'development', id)).toHaveLength(5_001)
  })
})
