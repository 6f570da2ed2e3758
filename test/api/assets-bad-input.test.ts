import { describe, expect, test } from 'vitest'
import { type Problem, valueSet } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)
const staging = stores.superuser('staging')

async function newOrganization() {
  const made = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
  const key = made.people.engineer.keys.staging
  return { ...made, key, assets: `/v1/environments/${made.environments.staging}/assets` }
}

describe('bad input changes nothing', () => {
  const content = { values: [] }
  test.each([
    ['an unknown type', { type: 'spell', name: 'N', content }, 422, 'invalid-body', '/type'],
    [
      'content without what its type requires',
      { type: 'source', name: 'N', content: {} },
      422,
      'invalid-body',
      '/content',
    ],
    [
      'a value that the schema refuses',
      { type: 'valueSet', name: 'N', content: { values: [{ value: 1 }] } },
      422,
      'invalid-body',
      '/content/values/0/value',
    ],
    [
      'content that is no object',
      { type: 'valueSet', name: 'N', content: [] },
      422,
      'invalid-body',
      '/content',
    ],
    ['no content', { type: 'valueSet', name: 'N' }, 422, 'invalid-body', '/content'],
    ['an unknown property', { ...valueSet('I'), colour: 'red' }, 422, 'unknown-property', '/colour'],
    [
      'a secret that is no string',
      { type: 'authCredential', name: 'N', content: { authStrategy: 'OAuth', clientSecret: 12345678 } },
      422,
      'invalid-body',
      '/content/clientSecret',
    ],
    [
      'a prototype',
      '{"type":"valueSet","name":"N","content":{"values":[],"__proto__":{}}}',
      422,
      'invalid-body',
      '/content',
    ],
    [
      'a key twice',
      '{"type":"valueSet","name":"N","content":{"values":[],"values":[]}}',
      422,
      'duplicate-key',
      undefined,
    ],
    [
      'a number that loses value',
      '{"type":"valueSet","name":"N","content":12345678901234567890}',
      422,
      'lossy-number',
      undefined,
    ],
    ['no JSON', '{"type"', 400, 'malformed-json', undefined],
  ] as const)('%s', async (_what, body, status, code, pointer) => {
    const { key, assets, id } = await newOrganization()
    const text = await (await api.request(assets, { key, body })).text()
    expect(text).not.toContain('hunter2')
    const problem = await api.expectStatus<Problem>(status, assets, { key, body })
    expect(problem.code).toBe(code)
    if (pointer !== undefined) expect(problem.errors?.map((error) => error.pointer)).toContain(pointer)
    const { rows } = await staging.query('SELECT FROM content WHERE organization = $1', [id])
    expect(rows).toEqual([])
    expect(await verifiedLog(stores, 'staging', id)).toEqual([])
  })
})

test('content is 64 deep and 1 MiB large at most, whatever stands around it', async () => {
  const { key, assets } = await newOrganization()
  const nested = (depth: number) => `{"at":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  const large = (bytes: number) => `{"at":"${'large '.repeat(bytes).slice(0, bytes - 9)}"}`
  const create = async (content: string) => {
    const body = `{"type":"jsonDocument","name":"Deep or large","content":${content}}`
    const response = await api.request(assets, { key, body })
    const text = await response.text()
    return response.ok ? response.status : (JSON.parse(text) as Problem).code
  }

  expect(await create(nested(64))).toBe(201)
  expect(await create(nested(65))).toBe('too-deep')
  expect(await create(large(1_048_576))).toBe(201)
  expect(await create(large(1_048_577))).toBe('too-large')
})
