import { describe, expect, test } from 'vitest'
import type { AssetType } from '../../../../src/domain/asset/asset-type.ts'
import { dialect } from '../../../../src/domain/asset/content-schema.ts'
import { definitionProblems } from '../../../../src/domain/asset/definition/definition-problems.ts'
import { patternsOf, schemaProblems } from '../../../../src/domain/asset/definition/schema-problems.ts'
import type { JsonObject } from '../../../../src/domain/json.ts'

const plain: AssetType = {
  name: 'labOrder',
  schema: { type: 'object' },
  promotable: true,
  references: [],
  bindings: [],
  secrets: [],
  immutable: [],
  writableBy: ['engineer'],
}
const problems = (change: Partial<AssetType>) =>
  definitionProblems({ ...plain, ...change }, new Set(['valueSet'])).map(
    ({ pointer, message }) => `${pointer} ${message}`,
  )

const into = 'must lead into the content'
const noPointer = 'is no JSON Pointer'
const onePlace = 'must lead to one place, without *'

describe('the definition of an asset type', () => {
  test('has nothing wrong with it where every place leads into the content', () => {
    expect(
      problems({
        references: [{ pointer: '/a/*', types: ['valueSet', 'labOrder'], required: true }],
        bindings: ['/b'],
        secrets: ['/s'],
        immutable: ['/i/*'],
        local: ['/l'],
        cardinality: { pointer: '/c', maximum: 1 },
        unique: [{ each: '', members: ['/u', ''] }],
        landsAs: [{ pointer: '/on', value: false }],
        partnerOwned: [{ pointer: '/p/*', flag: 'theirs' }],
        checks: [
          { check: 'agree', each: '', members: [''] },
          { check: 'distinct', each: '/a/*', members: ['/x'] },
          { check: 'equal', pointers: ['', '/x'] },
          { check: 'contained', each: '/a/*', in: '/b/*' },
          { check: 'exclusive', each: '', members: ['x'], required: true },
        ],
      }),
    ).toEqual([])
  })

  test.each<[Partial<AssetType>, readonly string[]]>([
    [{ references: [{ pointer: '', types: [], required: true }] }, [`/references/0/pointer ${into}`]],
    [{ bindings: ['/ok', 'x'] }, [`/bindings/1 ${noPointer}`]],
    [{ bindings: [''] }, [`/bindings/0 ${into}`]],
    [{ secrets: [''] }, [`/secrets/0 ${into}`]],
    [{ immutable: ['/~'] }, [`/immutable/0 ${noPointer}`]],
    [{ local: [''] }, [`/local/0 ${into}`]],
    [{ cardinality: { pointer: '', maximum: 1 } }, [`/cardinality/pointer ${into}`]],
    [
      { unique: [{ each: 'x', members: ['/*', '/y'] }] },
      [`/unique/0/each ${noPointer}`, `/unique/0/members/0 ${onePlace}`],
    ],
    [{ landsAs: [{ pointer: '', value: 1 }] }, [`/landsAs/0/pointer ${into}`]],
    [{ partnerOwned: [{ pointer: '', flag: 'x' }] }, [`/partnerOwned/0/pointer ${into}`]],
    [
      { checks: [{ check: 'agree', each: 'x', members: ['/*'] }] },
      [`/checks/0/each ${noPointer}`, `/checks/0/members/0 ${onePlace}`],
    ],
    [
      { checks: [{ check: 'distinct', each: 'x', members: ['/*'] }] },
      [`/checks/0/each ${noPointer}`, `/checks/0/members/0 ${onePlace}`],
    ],
    [{ checks: [{ check: 'equal', pointers: ['/a', '/*'] }] }, [`/checks/0/pointers/1 ${onePlace}`]],
    [
      { checks: [{ check: 'contained', each: '', in: '' }] },
      [`/checks/0/each ${into}`, `/checks/0/in ${into}`],
    ],
    [
      { checks: [{ check: 'exclusive', each: 'x', members: [], required: false }] },
      [`/checks/0/each ${noPointer}`],
    ],
    [
      { references: [{ pointer: '/a', types: ['valueSet', 'x'], required: true }] },
      ['/references/0/types/1 is no asset type'],
    ],
    [
      { notPromotableBecause: 'x' },
      ['/notPromotableBecause says why a type is not promotable, and this one is'],
    ],
    [{ notPromotableBecause: 'x', promotable: false }, []],
    [{ schema: { nonsense: 1 } }, ['/schema/nonsense is no keyword that a content schema may use']],
  ])('%j is told of by its pointer', (change, expected) => {
    expect(problems(change)).toEqual(expected)
  })
})

describe('a secret place', () => {
  const fixed =
    'must stand at a fixed place, as positions in a list change: name its members, or let the schema say ' +
    '"type": "object" on the straight way to where * or a number stands'
  const keyed = { type: 'object', additionalProperties: { type: 'object' } }
  const secret = (schema: JsonObject, ...secrets: readonly string[]) => problems({ schema, secrets })

  test('may stand where the schema leaves room for it', () => {
    expect(secret({ type: 'object' }, '/s')).toEqual([])
    expect(
      secret(
        { type: 'object', required: ['x'], additionalProperties: false, properties: { hasS: {} } },
        '/s',
      ),
    ).toEqual([])
    expect(secret({ type: 'object', properties: { keys: keyed } }, '/keys/*/s')).toEqual([])
    expect(secret({ type: 'object', properties: { keys: { type: 'object' } } }, '/keys/0/s')).toEqual([])
    expect(secret({ type: 'object', properties: { a: true } }, '/a/s')).toEqual([])
  })

  test.each<[JsonObject, string, string]>([
    [{ type: 'object' }, '/keys/*', 'must end in the name of a member'],
    [{ type: 'object', required: ['s'] }, '/s', 'is required by the schema, but never stored'],
    [{ type: 'object', additionalProperties: false }, '/s', 'needs has<Field> beside it in the schema'],
    [
      { type: 'object', unevaluatedProperties: false, properties: { s: {} } },
      '/s',
      'needs has<Field> beside it in the schema',
    ],
    [
      { type: 'object', additionalProperties: false, properties: { a: { additionalProperties: false } } },
      '/a/s',
      'needs has<Field> beside it in the schema',
    ],
  ])('%j contradicts %s', (schema, place, message) => {
    expect(secret(schema, place)).toContain(`/secrets/0 ${message}`)
  })

  test.each<[JsonObject, string]>([
    [{ type: 'object' }, '/keys/*/s'],
    [{ type: 'object' }, '/keys/0/s'],
    [{ type: 'object', properties: { keys: { type: 'array', items: { type: 'object' } } } }, '/keys/*/s'],
    [{ type: 'object', properties: { keys: { type: ['object', 'array'] } } }, '/keys/*/s'],
    [{}, '/*/s'],
    [{ type: 'object', additionalProperties: { type: 'object' }, properties: { a: {} } }, '/*/*/s'],
    [{ type: 'object', additionalProperties: { type: 'object' }, patternProperties: {} }, '/*/*/s'],
  ])('%j lets %s move', (schema, place) => {
    expect(secret(schema, place)).toContain(`/secrets/0 ${fixed}`)
  })

  test('is fixed behind stars where every level surely is an object', () => {
    expect(secret({ type: 'object', additionalProperties: { type: 'object' } }, '/*/*/s')).toEqual([])
  })

  test.each<[string, boolean]>([
    ['/s', true],
    ['/s/below', true],
    ['/deep', true],
    ['/deep/*', true],
    ['/*', true],
    ['/other', false],
    ['/deep/other', false],
  ])('is not written to by a landing at %s: %s', (pointer, meets) => {
    const message = 'leads into a secret place, above it or below it, where a promotion writes nothing'
    const found = problems({
      secrets: ['/s', '/deep/er'],
      landsAs: [
        { pointer: '/fine', value: 1 },
        { pointer, value: 1 },
      ],
    })
    expect(found).toEqual(meets ? [`/landsAs/1/pointer ${message}`] : [])
  })

  test('is judged once all places are places', () => {
    expect(problems({ secrets: ['x'], landsAs: [{ pointer: '/x', value: 1 }] })).toEqual([
      `/secrets/0 ${noPointer}`,
    ])
  })
})

describe('a content schema', () => {
  const told = (schema: JsonObject) =>
    schemaProblems(schema).map(({ pointer, message }) => `${pointer} ${message}`)
  const badDialect = `must be ${dialect}, at the top alone`

  test.each<[JsonObject, readonly string[]]>([
    [
      {
        $schema: dialect,
        properties: { a: { format: 'date', const: { nonsense: 1 }, default: { $ref: 'x' } } },
      },
      [],
    ],
    [{ $schema: 'http://other' }, [`/$schema ${badDialect}`]],
    [{ properties: { a: { $schema: dialect } } }, [`/properties/a/$schema ${badDialect}`]],
    [
      { items: { format: 'regex' } },
      ['/items/format must be one of date, date-time, duration, email, ipv4, ipv6, time, uri, uuid'],
    ],
    [
      { allOf: [{}, { 'non/sense': 1 }] },
      ['/allOf/1/non~1sense is no keyword that a content schema may use'],
    ],
    [{ $ref: 'https://other/schema' }, ['/$ref must lead to a place in this schema: #…']],
    [{ $dynamicRef: 'other' }, ['/$dynamicRef must lead to a place in this schema: #…']],
    [{ $ref: '#/$defs/a', $defs: { a: {} } }, []],
    [{ $ref: '#/$defs/a%20b', $defs: { 'a b': {} } }, []],
    [{ $ref: '#' }, []],
    [{ $ref: '#anchor' }, []],
    [{ $ref: 7 }, []],
    [{ $ref: '#/$defs/b', $defs: { a: {} } }, ['/$ref leads nowhere']],
    [{ $ref: '#/%' }, ['/$ref leads nowhere']],
    [{ allOf: 7, properties: [], $defs: 1 }, []],
    [{ allOf: [true], properties: { a: true } }, []],
  ])('%j has this wrong with it: %j', (schema, expected) => {
    expect(told(schema)).toEqual(expected)
  })

  test.each([
    ...[
      'additionalProperties',
      'contains',
      'else',
      'if',
      'items',
      'not',
      'propertyNames',
      'then',
      'unevaluatedItems',
    ],
    'unevaluatedProperties',
  ])('is judged inside of %s', (keyword) => {
    expect(told({ [keyword]: { nonsense: 1 } })).toEqual([
      `/${keyword}/nonsense is no keyword that a content schema may use`,
    ])
  })

  test.each(['allOf', 'anyOf', 'oneOf', 'prefixItems'])('is judged in each of %s', (keyword) => {
    expect(told({ [keyword]: [{ nonsense: 1 }] })).toEqual([
      `/${keyword}/0/nonsense is no keyword that a content schema may use`,
    ])
  })

  test.each(['$defs', 'dependentSchemas', 'patternProperties', 'properties'])(
    'is judged for every name in %s',
    (keyword) => {
      expect(told({ [keyword]: { a: { nonsense: 1 } } })).toEqual([
        `/${keyword}/a/nonsense is no keyword that a content schema may use`,
      ])
    },
  )

  test('may say what these keywords say', () => {
    const keywords = [
      ...[
        '$anchor',
        '$comment',
        '$dynamicAnchor',
        'const',
        'default',
        'dependentRequired',
        'deprecated',
        'description',
      ],
      ...['enum', 'examples', 'exclusiveMaximum', 'exclusiveMinimum', 'maxContains', 'maxItems', 'maxLength'],
      ...[
        'maxProperties',
        'maximum',
        'minContains',
        'minItems',
        'minLength',
        'minProperties',
        'minimum',
        'multipleOf',
      ],
      ...[
        'pattern',
        'readOnly',
        'required',
        'title',
        'type',
        'uniqueItems',
        'writeOnly',
        '$dynamicRef',
        '$ref',
      ],
    ]
    for (const keyword of keywords) expect(told({ [keyword]: 1 })).toEqual([])
  })

  test('may be nested as deep as it is walked, and no deeper', () => {
    const nested = (levels: number): JsonObject => (levels === 0 ? {} : { items: nested(levels - 1) })
    expect(told(nested(31))).toEqual([])
    expect(told(nested(32))).toEqual([`${'/items'.repeat(32)} is nested deeper than 32 schemas`])
    expect(told(nested(40))).toHaveLength(1)
  })

  test('tells its regular expressions', () => {
    const schema = {
      pattern: 'a',
      properties: { x: { pattern: 'b' }, y: { pattern: 7 } },
      patternProperties: { 'c/': {} },
    }
    expect(patternsOf(schema)).toEqual([
      { pointer: '/pattern', pattern: 'a' },
      { pointer: '/patternProperties/c~1', pattern: 'c/' },
      { pointer: '/properties/x/pattern', pattern: 'b' },
    ])
    expect(patternsOf({ patternProperties: 7 })).toEqual([])
  })
})
