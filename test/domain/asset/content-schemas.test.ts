import { describe, expect, it } from 'vitest'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { alertRule } from '../../../src/domain/asset/types/alert-rule.ts'
import { configModifier } from '../../../src/domain/asset/types/config-modifier.ts'
import { destination } from '../../../src/domain/asset/types/destination.ts'
import { filter } from '../../../src/domain/asset/types/filter.ts'
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts'
import { compileContentSchema } from './compile-content-schema.ts'

/** The places and keywords of a schema's complaints, empty when the content passes. */
function complaints(type: AssetType, content: JsonValue): readonly string[] {
  const validate = compileContentSchema(type)
  return validate(content)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`)
}

const put = (schema: JsonValue): JsonObject => ({ flavor: 'put', selector: '$.Visit', schema })
const condition = (consequence: JsonValue): JsonObject =>
  Object.fromEntries([
    ['operator', 'equals'],
    ['terms', [{ get: 'A' }]],
    ['then', consequence],
  ])
const id = '0b8f6a3e-51c2-4d19-9a77-2f4c8e6d1b03'
const link = {
  location: 'source-request',
  sourceId: id,
  destinationId: id,
  dataModel: 'PatientAdmin',
  eventTypes: null,
  ownedBy: 'source',
}

describe('a config modifier', () => {
  it('needs a schema to put, and has none to delete', () => {
    expect(complaints(configModifier, put({ constant: 1 }))).toEqual([])
    expect(complaints(configModifier, { flavor: 'put', selector: '$.Visit' })).toContain(' required')
    expect(complaints(configModifier, { flavor: 'delete', selector: '$.Visit' })).toEqual([])
    expect(complaints(configModifier, { ...put({ constant: 1 }), flavor: 'delete' })).toContain(
      '/schema false schema',
    )
  })

  it.each([
    ['properties', { A: { get: 'B' } }],
    ['if', condition({ omit: true })],
    ['concat', [{ get: 'A' }]],
    ['switch', { cases: [] }],
    ['pipe', [{ get: 'A' }]],
    ['merge', [{ get: 'A' }]],
    ['prefer', [{ get: 'A' }]],
    ['items', { get: 'A' }],
  ])('may say %s at a level, beside no other keyword of its step', (keyword, value) => {
    const beside = keyword === 'concat' ? { pipe: [{ get: 'A' }] } : { concat: [{ get: 'A' }] }
    expect(complaints(configModifier, put({ [keyword]: value, default: null }))).toEqual([])
    expect(complaints(configModifier, put({ [keyword]: value, ...beside }))).not.toEqual([])
  })

  it('is judged at every level of its schema', () => {
    const nested = (inner: JsonValue) => put({ properties: { A: { pipe: [{ if: inner }] } } })
    expect(complaints(configModifier, nested(condition({ constant: 1 })))).toEqual([])
    expect(complaints(configModifier, nested(condition({ unheardOf: 1 })))).toContain(
      '/schema/properties/A/pipe/0/if/then additionalProperties',
    )
    expect(complaints(configModifier, nested(condition({ merge: [{ get: 'A' }], items: {} })))).toContain(
      '/schema/properties/A/pipe/0/if/then/merge false schema',
    )
  })

  it('tells all event types, null, from an event type list that was forgotten', () => {
    const { eventTypes: _, ...forgotten } = link
    expect(complaints(configModifier, { ...put({ constant: 1 }), links: [link] })).toEqual([])
    expect(complaints(configModifier, { ...put({ constant: 1 }), links: [forgotten] })).toEqual([
      '/links/0 required',
    ])
  })

  it('takes ids in lower case only, so that one id has one spelling', () => {
    const links = [{ ...link, sourceId: id.toUpperCase() }]
    expect(complaints(configModifier, { ...put({ constant: 1 }), links })).toEqual([
      '/links/0/sourceId pattern',
    ])
  })
})

describe('a filter', () => {
  it('has one link at most', () => {
    const end = { source: { id }, destination: { id }, dataModel: 'Scheduling' }
    const content = { action: 'send', rules: [] }
    expect(complaints(filter, { ...content, links: [end] })).toEqual([])
    expect(complaints(filter, { ...content, links: [end, end] })).toEqual(['/links maxItems'])
  })
})

describe('a destination', () => {
  it.each(['http://intake.example/', 'https://user:word@intake.example/', 'https://', 'intake.example'])(
    'refuses the endpoint %s',
    (endpoint) => {
      expect(complaints(destination, { endpoint })).not.toEqual([])
    },
  )

  it('takes an https endpoint with port, path and query', () => {
    expect(complaints(destination, { endpoint: 'https://intake.example:8443/v1?tenant=7' })).toEqual([])
  })
})

describe('an alert rule', () => {
  it('warns somebody, by addresses that are addresses', () => {
    const rule = (to: JsonValue): JsonValue => ({
      alertType: { code: 'no-traffic' },
      alertConfiguration: { alertLookbackISODuration: 'PT2H' },
      notification: { type: 'email', configuration: { to } },
    })
    expect(complaints(alertRule, rule(['on-call@northlake.example']))).toEqual([])
    expect(complaints(alertRule, rule([]))).toEqual(['/notification/configuration/to minItems'])
    expect(complaints(alertRule, rule(['on-call']))).toEqual(['/notification/configuration/to/0 format'])
  })
})
