import { describe, expect, test } from 'vitest'
import { type Digest, digest, identifier, type OrganizationId } from '../../src/domain/identifiers.ts'
import { screenContent } from '../../src/screening/screen.ts'
import { openScreeningMemory, type ScreeningMemory } from '../../src/services/screening/screening-memory.ts'
import { digestOf } from '../../src/trust/canonical.ts'
import { plantedCases } from '../screening/corpus/all.ts'
import { made, medicare } from '../screening/corpus/values.ts'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

/** The real memory, with how often something was screened and then left in it. */
function counting(memory: ScreeningMemory) {
  let screened = 0
  const counted: ScreeningMemory = {
    recall: memory.recall,
    remember(...found) {
      screened += 1
      memory.remember(...found)
    },
  }
  return { memory: counted, screened: () => screened }
}

interface Warned {
  readonly id: string
  readonly digest: string
  readonly warnings: readonly { readonly rule: string; readonly pointer: string }[]
}

const stores = await openStores()
const writer = counting(openScreeningMemory())
const orchestrator = inProcessOrchestrator(stores)
const api = openApi(stores, { orchestrator, screenings: writer.memory })

const people = {
  engineer: { staging: 'engineer', production: 'engineer' },
  second: { staging: 'engineer' },
} as const
const organization = await api.newOrganization({ people })
const { engineer, second } = organization.people
const key = engineer.keys.staging
const assets = `/v1/environments/${organization.environments.staging}/assets`

let marks = 0
/** A value set with something in it that only looks like a patient's. */
function warnedSet() {
  marks += 1
  const content = { values: [{ value: `A ${marks}` }, { value: medicare(`memory ${marks}`) }] }
  return { type: 'valueSet', name: 'Remembered', content }
}
const warning = [{ rule: 'medicare-number', pointer: '/values/1/value' }]

describe('in a process that did not write it', () => {
  test('an asset that is read twice is screened once', async () => {
    const { id } = await api.expectStatus<Warned>(201, assets, { key, body: warnedSet() })
    const reader = counting(openScreeningMemory())
    const other = openApi(stores, { orchestrator, screenings: reader.memory })
    for (let round = 0; round < 3; round += 1) {
      expect(await other.expectStatus<Warned>(200, `/v1/assets/${id}`, { key })).toMatchObject({
        warnings: warning,
      })
    }
    expect(reader.screened()).toBe(1)
  })

  test('content without any finding is screened once as well', async () => {
    const body = { ...warnedSet(), content: { values: [{ value: `clean ${made('clean', 8)}` }] } }
    const { id } = await api.expectStatus<Warned>(201, assets, { key, body })
    const reader = counting(openScreeningMemory())
    const other = openApi(stores, { orchestrator, screenings: reader.memory })
    for (let round = 0; round < 2; round += 1) {
      expect(await other.expectStatus<Warned>(200, `/v1/assets/${id}`, { key })).toMatchObject({
        warnings: [],
      })
    }
    expect(reader.screened()).toBe(1)
  })
})

test('what was screened when it was written is not screened again when it is read', async () => {
  const before = writer.screened()
  const { id, digest: first } = await api.expectStatus<Warned>(201, assets, { key, body: warnedSet() })
  expect(writer.screened()).toBe(before + 1)
  const headers = { 'If-Match': `"1-${first}"` }
  const { content } = warnedSet()
  await api.expectStatus(200, `/v1/assets/${id}`, { key, method: 'PUT', headers, body: { content } })
  expect(await api.expectStatus<Warned>(200, `/v1/assets/${id}`, { key })).toMatchObject({
    warnings: warning,
  })
  expect(writer.screened()).toBe(before + 2)
})

test('content that came with its members in another order is screened as it is stored', async () => {
  const before = writer.screened()
  const constant = medicare('memory, other order')
  const content = { selector: '$.Meta.Extensions', schema: { constant, comment: 'As agreed' }, flavor: 'put' }
  const body = { type: 'configModifier', name: 'In another order', content }
  const { id } = await api.expectStatus<Warned>(201, assets, { key, body })
  expect(writer.screened()).toBe(before)
  for (let round = 0; round < 2; round += 1) {
    expect(await api.expectStatus<Warned>(200, `/v1/assets/${id}`, { key })).toMatchObject({
      warnings: [{ pointer: '/schema/constant' }],
    })
  }
  expect(writer.screened()).toBe(before + 1)
})

test('erased content shows no warnings, though what was found in it is remembered', async () => {
  const asset = await api.expectStatus<Warned>(201, assets, { key, body: warnedSet() })
  expect(await api.expectStatus<Warned>(200, `/v1/assets/${asset.id}`, { key })).toMatchObject({
    warnings: warning,
  })
  for (const who of [engineer, second]) {
    const body = { reason: 'It names somebody.' }
    await api.expectStatus(200, `/v1/assets/${asset.id}/versions/1/erase`, { key: who.keys.staging, body })
  }
  expect(writer.memory.recall(organization.id, digest(asset.digest))).toHaveLength(1)
  expect(await api.expectStatus<Warned>(200, `/v1/assets/${asset.id}`, { key })).toMatchObject({
    digest: asset.digest,
    warnings: [],
  })
})

test('an organization finds nothing remembered of bytes that only another one has', async () => {
  const body = warnedSet()
  const { digest: ofBytes } = await api.expectStatus<Warned>(201, assets, { key, body })
  const other = await api.newOrganization({ people })
  expect(writer.memory.recall(organization.id, digest(ofBytes))).toHaveLength(1)
  expect(writer.memory.recall(other.id, digest(ofBytes))).toBeUndefined()
  const path = `/v1/environments/${other.environments.staging}/assets`
  const same = await api.expectStatus<Warned>(201, path, { key: other.people.engineer.keys.staging, body })
  expect(same).toMatchObject({ digest: ofBytes, warnings: warning })
})

describe('a memory', () => {
  const somebody = identifier<OrganizationId>('0198c5a2-7d3f-7c11-9f00-000000000001')
  const digestFor = (text: string): Digest => digest(digestOf(Buffer.from(text)))

  test('is bounded by contents and by findings, and loses what was least recently asked for', async () => {
    const memory = openScreeningMemory({ contents: 3, findings: 5 })
    const one = await screenContent({ password: made('memory', 20) })
    for (const text of ['a', 'b', 'c']) memory.remember(somebody, digestFor(text), one)
    expect(memory.recall(somebody, digestFor('a'))).toEqual(one)
    memory.remember(somebody, digestFor('d'), [])
    expect(['a', 'b', 'c', 'd'].map((text) => memory.recall(somebody, digestFor(text))?.length)).toEqual([
      1,
      undefined,
      1,
      0,
    ])
    const several = [...one, ...one, ...one, ...one]
    memory.remember(somebody, digestFor('e'), several)
    expect(memory.recall(somebody, digestFor('e'))).toHaveLength(4)
    expect(memory.recall(somebody, digestFor('a'))).toBeUndefined()
    memory.remember(somebody, digestFor('f'), [...several, ...several])
    expect(memory.recall(somebody, digestFor('f'))).toBeUndefined()
  })

  test('holds no value of anything that was found', async () => {
    for (const { content, planted } of plantedCases) {
      const findings = JSON.stringify(await screenContent(content))
      for (const { pointer } of planted) {
        const value = pointer
          .split('/')
          .slice(1)
          .reduce<unknown>(
            (at, token) => (at as Record<string, unknown>)?.[token.replaceAll('~1', '/')],
            content,
          )
        if (typeof value === 'string' && value.length >= 6) expect(findings).not.toContain(value)
      }
    }
  })
})
