import { expect, test } from 'vitest'
import { type Asset, type Problem, valueSet } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'
import { type FileAsset, fileOf, type Imported } from './transfer-file.ts'

const stores = await openStores()
const api = openApi(stores)

const made = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
const key = made.people.engineer.keys.staging
const assets = `/v1/environments/${made.environments.staging}/assets`
await api.expectStatus(200, '/v1/asset-types/part', {
  key: made.people.owner.keys.organization,
  method: 'PUT',
  body: {
    schema: {
      type: 'object',
      properties: { parts: { type: 'array', items: { type: 'string' } } },
      required: ['parts'],
      additionalProperties: false,
    },
    promotable: false,
    references: [{ pointer: '/parts/*', types: ['part'], required: true }],
    bindings: [],
    secrets: [],
    immutable: [],
  },
})

const part = (name: string, ...parts: readonly string[]) => ({
  type: 'part',
  name,
  content: { parts: [...parts] },
})

function create(name: string, ...parts: readonly string[]): Promise<Asset> {
  return api.expectStatus<Asset>(201, assets, { key, body: part(name, ...parts) })
}

async function refusedDryAndNot(...file: readonly FileAsset[]): Promise<readonly Problem[]> {
  const before = await verifiedLog(stores, 'staging', made.id)
  const problems: Problem[] = []
  for (const query of ['?dryRun=true', '']) {
    const body = fileOf(file)
    problems.push(await api.expectStatus<Problem>(422, `${assets}:import${query}`, { key, body }))
  }
  expect(await verifiedLog(stores, 'staging', made.id)).toHaveLength(before.length)
  return problems
}

const places = (problem: Problem) => problem.errors?.map(({ pointer }) => pointer)

test('a file closes no circle through an asset that it leaves alone', async () => {
  const inner = await create('Inner')
  const outer = await create('Outer', inner.id)

  const problems = await refusedDryAndNot({ ...part('Inner', outer.id), id: inner.id })

  for (const problem of problems) {
    expect(problem.code).toBe('reference-cycle')
    expect(places(problem)).toEqual(['/assets/0/content/parts/0'])
  }
})

test('two of its assets close no circle through two that it leaves alone', async () => {
  const [one, two] = [await create('One'), await create('Two')]
  const [toTwo, toOne] = [await create('To two', two.id), await create('To one', one.id)]

  const problems = await refusedDryAndNot(
    { ...part('One', toTwo.id), id: one.id },
    { ...part('Two', toOne.id), id: two.id },
  )

  for (const problem of problems) {
    expect(problem.code).toBe('reference-cycle')
    expect(places(problem)).toEqual(['/assets/0/content/parts/0', '/assets/1/content/parts/0'])
  }
})

test('a reference names an asset of a type that may stand there, of the file or here', async () => {
  const here = await api.expectStatus<Asset>(201, assets, { key, body: valueSet('I') })
  const inFile = { ...valueSet('O'), id: crypto.randomUUID() }

  const problems = await refusedDryAndNot(
    { ...part('Names one of the file', inFile.id), id: crypto.randomUUID() },
    { ...part('Names one that is here', here.id), id: crypto.randomUUID() },
    inFile,
  )

  for (const problem of problems) {
    expect(problem.code).toBe('invalid-body')
    expect(places(problem)).toEqual(['/assets/0/content/parts/0', '/assets/1/content/parts/0'])
  }
})

test('what an imported asset uses is known at once', async () => {
  const inner = { ...part('Used by the imported'), id: crypto.randomUUID() }
  const outer = { ...part('Imported, and using'), id: crypto.randomUUID() }
  outer.content.parts.push(inner.id)

  const body = fileOf([outer, inner])
  const { data } = await api.expectStatus<Imported>(200, `${assets}:import`, { key, body })

  const [, used] = data
  const users = await api.expectStatus<{ data: readonly unknown[] }>(200, `/v1/assets/${used?.id}/used-by`, {
    key,
  })
  expect(users.data).toMatchObject([{ id: data[0]?.id, pointer: '/parts/0', resolved: true }])
})

test('a file is judged as a whole: what it turns around together is no circle', async () => {
  const last = await create('Last')
  const middle = await create('Middle', last.id)
  const first = await create('First', middle.id)
  const file = fileOf([
    { ...part('Last', first.id), id: last.id },
    { ...part('Middle'), id: middle.id },
  ])

  for (const query of ['?dryRun=true', '']) {
    const { data } = await api.expectStatus<Imported>(200, `${assets}:import${query}`, { key, body: file })
    expect(data.map(({ action }) => action)).toEqual(['updated', 'updated'])
  }
})
