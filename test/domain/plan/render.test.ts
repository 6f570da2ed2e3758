import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { referenceBindings, valueBindings } from '../../../examples/bindings.ts'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { alertRule } from '../../../src/domain/asset/types/alert-rule.ts'
import { automation } from '../../../src/domain/asset/types/automation.ts'
import { configModifier } from '../../../src/domain/asset/types/config-modifier.ts'
import { subscription } from '../../../src/domain/asset/types/subscription.ts'
import { webhookSubscription } from '../../../src/domain/asset/types/webhook-subscription.ts'
import { type AssetId, identifier } from '../../../src/domain/identifiers.ts'
import type { JsonValue } from '../../../src/domain/json.ts'
import type { Binding } from '../../../src/domain/plan/binding.ts'
import { renderItem } from '../../../src/domain/plan/render.ts'
import { unusedBindings } from '../../../src/domain/plan/unused-bindings.ts'
import { compileContentSchema } from '../asset/compile-content-schema.ts'
import { type Example, readExamples } from '../asset/read-examples.ts'

const asset = (kind: 'a' | '5', number: number): AssetId =>
  identifier(`${kind}1111111-0000-4000-8000-${String(number).padStart(12, '0')}`)
const staging = (number: number) => asset('5', number)
const production = (number: number) => asset('a', number)
const self = staging(999)

const subscribed = { source: { id: staging(1) }, destination: { id: staging(2) }, dataModel: 'Results' }

function render(
  content: JsonValue,
  {
    type = subscription,
    bindings = [],
    targets = [],
  }: {
    type?: AssetType
    bindings?: readonly Binding[]
    targets?: readonly (readonly [AssetId, AssetId])[]
  } = {},
) {
  return renderItem({ type, content, sourceAsset: self, bindings, targets: new Map(targets) })
}

function idOf(examples: readonly Example[], file: string): AssetId {
  const example = examples.find((each) => each.file === file)
  if (example === undefined) throw new Error(`no example is called ${file}`)
  return example.id
}

describe('rendering for production', () => {
  it('leaves out what a partner owns, resolves nothing for it, and says so', () => {
    const link = { location: 'source-request', dataModel: 'Results', eventTypes: null, ownedBy: 'source' }
    const theirs = { ...link, id: 'a', sourceId: staging(8), destinationId: staging(9), partnerOwned: true }
    const ours = { ...link, id: 'b', sourceId: staging(1), destinationId: staging(2) }
    const rendered = render(
      { flavor: 'delete', selector: '$.Visit', links: [theirs, ours] },
      {
        type: configModifier,
        targets: [
          [staging(1), production(1)],
          [staging(2), production(2)],
        ],
      },
    )
    expect(rendered.content).toEqual({
      flavor: 'delete',
      selector: '$.Visit',
      links: [{ ...link, sourceId: production(1), destinationId: production(2) }],
    })
    expect(rendered.notes).toEqual([{ rule: 'partner-owned', pointer: '/links/0' }])
  })

  it.each([
    [webhookSubscription, { eventTypes: ['appointment.created'], enabled: true }],
    [
      automation,
      { trigger: { eventType: 'appointment.created' }, actions: [{ kind: 'notify' }], enabled: true },
    ],
  ])('lands $name off, whatever staging says', (type, content) => {
    expect(render(content, { type }).content).toEqual({ ...content, enabled: false })
  })

  it('rewrites references by binding first, then by bundle and associations', () => {
    const bindings: Binding[] = [{ kind: 'reference', from: staging(1), to: production(7) }]
    const rendered = render(subscribed, {
      bindings,
      targets: [
        [staging(1), production(1)],
        [staging(2), production(2)],
      ],
    })
    expect(rendered.content).toEqual({
      source: { id: production(7) },
      destination: { id: production(2) },
      dataModel: 'Results',
    })
    expect(rendered.used).toEqual([{ pointer: '/source/id', value: production(7), binding: bindings[0] }])
    expect(rendered.notes).toEqual([])
  })

  it('leaves no staging id anywhere once every reference resolves', () => {
    const link = fc.record({ sourceId: fc.nat({ max: 9 }), destinationId: fc.nat({ max: 9 }) })
    fc.assert(
      fc.property(fc.array(link), fc.subarray([...Array(10).keys()]), (links, bound) => {
        const content = {
          links: links.map((ends, index) => ({
            id: staging(500 + index),
            sourceId: staging(ends.sourceId),
            destinationId: staging(ends.destinationId),
            eventTypes: null,
          })),
        }
        const rendered = render(content, {
          type: configModifier,
          bindings: bound.map((each) => ({ kind: 'reference', from: staging(each), to: production(each) })),
          targets: [...Array(10).keys()].map((each) => [staging(each), production(each)] as const),
        })
        expect(rendered.notes).toEqual([])
        expect(rendered.content).toEqual({
          links: links.map((ends) => ({
            sourceId: production(ends.sourceId),
            destinationId: production(ends.destinationId),
            eventTypes: null,
          })),
        })
      }),
    )
  })

  it('leaves out what is local to staging', () => {
    const flagged = { ...subscribed, source: { id: staging(1), environmentFlag: 'Staging' } }
    const bindings: Binding[] = [1, 2].map((each) => ({
      kind: 'reference',
      from: staging(each),
      to: production(each),
    }))
    expect(render(flagged, { bindings }).content).toEqual({
      source: { id: production(1) },
      destination: { id: production(2) },
      dataModel: 'Results',
    })
  })

  it('leaves out every local element of an array, and an optional reference that resolves to nothing', () => {
    const type: AssetType = {
      ...subscription,
      references: [{ pointer: '/uses/*', types: ['valueSet'], required: false }],
      local: ['/notes/*'],
    }
    const rendered = render(
      { uses: [staging(1), staging(2), staging(3)], notes: ['x', 'y'] },
      { type, targets: [[staging(2), production(2)]] },
    )
    expect(rendered.content).toEqual({ uses: [production(2)], notes: [] })
    expect(rendered.notes).toMatchObject([
      { rule: 'reference-dropped', pointer: '/uses/0' },
      { rule: 'reference-dropped', pointer: '/uses/2' },
    ])
  })

  it('puts production values into binding places, for this asset only', () => {
    const content = { notification: { type: 'email', configuration: { to: ['staging@northlake.example'] } } }
    const pointer = '/notification/configuration/to'
    const mine: Binding = { kind: 'value', asset: self, pointer, value: ['on-call@northlake.example'] }
    const other: Binding = { kind: 'value', asset: staging(5), pointer, value: ['else@northlake.example'] }
    const rendered = render(content, { type: alertRule, bindings: [other, mine] })
    expect(rendered.content).toEqual({
      notification: { type: 'email', configuration: { to: ['on-call@northlake.example'] } },
    })
    expect(rendered.used).toEqual([{ pointer, value: mine.value, binding: mine }])
  })

  it('blocks on a binding that is missing, and never shows the value that stands there', () => {
    const content = { notification: { type: 'email', configuration: { to: ['staging@northlake.example'] } } }
    const { notes } = render(content, { type: alertRule })
    expect(notes).toMatchObject([
      {
        rule: 'binding-missing',
        pointer: '/notification/configuration/to',
      },
    ])
    expect(JSON.stringify(notes)).not.toContain('northlake')
  })

  it('blocks on bindings that contradict each other, and takes equal ones for one', () => {
    const to = (number: number): Binding => ({ kind: 'reference', from: staging(1), to: production(number) })
    const targets = [[staging(2), production(2)]] as const
    expect(render(subscribed, { bindings: [to(1), to(3)], targets }).notes).toMatchObject([
      { rule: 'binding-conflict', pointer: '/source/id' },
    ])
    expect(render(subscribed, { bindings: [to(1), to(1)], targets }).notes).toEqual([])
  })

  it('lets no binding change a place that its type does not declare', () => {
    const bindings: Binding[] = [{ kind: 'value', asset: self, pointer: '/dataModel', value: 'Orders' }]
    const targets = [1, 2].map((each) => [staging(each), production(each)] as const)
    const rendered = render(subscribed, { bindings, targets })
    expect(rendered.content).toMatchObject({ dataModel: 'Results' })
    expect(unusedBindings(bindings, rendered.used)).toMatchObject([
      { rule: 'binding-unused', asset: self, pointer: '/dataModel' },
    ])
  })

  it('takes __proto__ in content for data', () => {
    const hostile: JsonValue = JSON.parse(
      `{"__proto__":{"polluted":true},"source":{"id":"${staging(1)}","__proto__":1},"destination":{}}`,
    )
    const { content } = render(hostile, { targets: [[staging(1), production(1)]] })
    expect(JSON.stringify(content)).toBe(
      `{"__proto__":{"polluted":true},"source":{"id":"${production(1)}","__proto__":1},"destination":{}}`,
    )
    expect('polluted' in {}).toBe(false)
  })
})

describe('what the last promotion used', () => {
  const type: AssetType = { ...subscription, bindings: ['/url', '/list/*/url'] }
  const remembered = (
    values: Readonly<Record<string, JsonValue>> = {},
    ids: readonly (readonly [AssetId, AssetId])[] = [],
  ) => ({
    targets: new Map(ids),
    valueAt: (pointer: string) => values[pointer],
  })
  const again = (
    content: JsonValue,
    known: ReturnType<typeof remembered>,
    bindings: readonly Binding[] = [],
  ) => renderItem({ type, content, sourceAsset: self, bindings, targets: new Map(), remembered: known })

  it('stays where no binding says otherwise, and is told', () => {
    const rendered = again(
      { url: 's', list: [{ url: 's' }] },
      remembered({ '/url': 'p', '/list/0/url': 'q' }),
    )
    expect(rendered).toEqual({
      content: { url: 'p', list: [{ url: 'q' }] },
      used: [
        { pointer: '/url', value: 'p', binding: null },
        { pointer: '/list/0/url', value: 'q', binding: null },
      ],
      notes: [
        { rule: 'binding-remembered', pointer: '/url' },
        { rule: 'binding-remembered', pointer: '/list/0/url' },
      ],
    })
  })

  it('gives way to a binding, and so a value changes on purpose', () => {
    const binding: Binding = { kind: 'value', asset: self, pointer: '/url', value: 'new' }
    expect(again({ url: 's' }, remembered({ '/url': 'p' }), [binding])).toEqual({
      content: { url: 'new' },
      used: [{ pointer: '/url', value: 'new', binding }],
      notes: [],
    })
  })

  it('is nothing for a place that staging leaves empty, which needs no binding', () => {
    expect(again({ url: null }, remembered({ '/url': 'p' }))).toEqual({
      content: { url: null },
      used: [],
      notes: [],
    })
    const binding: Binding = { kind: 'value', asset: self, pointer: '/url', value: 'new' }
    expect(again({ url: null }, remembered(), [binding]).content).toEqual({ url: 'new' })
  })

  it('is missed where there is none', () => {
    expect(again({ url: 's' }, remembered()).notes).toEqual([{ rule: 'binding-missing', pointer: '/url' }])
  })

  it('resolves a reference that nothing else resolves', () => {
    const known = remembered({}, [[staging(1), production(1)]])
    expect(again({ source: { id: staging(1) } }, known)).toEqual({
      content: { source: { id: production(1) } },
      used: [{ pointer: '/source/id', value: production(1), binding: null }],
      notes: [{ rule: 'binding-remembered', pointer: '/source/id' }],
    })
    const bundle = renderItem({
      ...{ type, content: { source: { id: staging(1) } }, sourceAsset: self, bindings: [] },
      targets: new Map([[staging(1), production(2)]]),
      remembered: known,
    })
    expect(bundle).toEqual({ content: { source: { id: production(2) } }, used: [], notes: [] })
  })

  it('does not settle two bindings that contradict each other', () => {
    const value = (text: string): Binding => ({ kind: 'value', asset: self, pointer: '/url', value: text })
    const rendered = again({ url: 's' }, remembered({ '/url': 'p' }), [value('a'), value('b')])
    expect(rendered.notes).toEqual([{ rule: 'binding-conflict', pointer: '/url' }])
    expect(again({ url: 's' }, remembered(), [value('a'), value('a')])).toMatchObject({
      content: { url: 'a' },
      notes: [],
    })
  })

  it('is no partner’s: nothing is bound inside of what a partner owns', () => {
    const partnered: AssetType = { ...type, partnerOwned: [{ pointer: '/list/*', flag: 'theirs' }] }
    const content = { list: [{ url: 's', theirs: true }, { url: 's' }] }
    const rendered = renderItem({
      ...{ type: partnered, content, sourceAsset: self, bindings: [], targets: new Map() },
      remembered: remembered({ '/list/0/url': 'p', '/list/1/url': 'p' }),
    })
    expect(rendered.content).toEqual({ list: [{ url: 'p' }] })
    expect(rendered.notes).toEqual([
      { rule: 'binding-remembered', pointer: '/list/1/url' },
      { rule: 'partner-owned', pointer: '/list/0' },
    ])
  })
})

describe('a binding that no item used', () => {
  const reference = (from: number): Binding => ({
    kind: 'reference',
    from: staging(from),
    to: production(from),
  })
  const value = (at: number, pointer: string): Binding => ({
    kind: 'value',
    asset: staging(at),
    pointer,
    value: 'x',
  })

  it('is told at its place, once, in order, and one that was used is not', () => {
    const bindings = [
      value(2, '/b'),
      reference(1),
      value(2, '/a'),
      reference(3),
      value(2, '/b'),
      reference(4),
    ]
    const used = [
      { pointer: '/x', value: 'x', binding: reference(4) },
      { pointer: '/y', value: 'y', binding: null },
    ]
    const told = { rule: 'binding-unused', severity: 'warning' }
    const message =
      'No item of this promotion uses this binding. Correct its id or its place, or leave it out.'
    expect(unusedBindings(bindings, used)).toEqual([
      { ...told, message, asset: staging(1), pointer: '' },
      { ...told, message, asset: staging(2), pointer: '/a' },
      { ...told, message, asset: staging(2), pointer: '/b' },
      { ...told, message, asset: staging(3), pointer: '' },
    ])
    expect(
      unusedBindings([value(2, '/a')], [{ pointer: '/a', value: 'x', binding: value(2, '/a') }]),
    ).toEqual([])
    expect(
      unusedBindings([value(2, '/a')], [{ pointer: '/a', value: 'x', binding: value(3, '/a') }]),
    ).toHaveLength(1)
  })
})

describe('the example bundle', () => {
  it('renders for production with the example bindings: valid, all used, nothing of staging left', () => {
    const here = readExamples('staging')
    const there = readExamples('production')
    const bindings: Binding[] = [
      ...referenceBindings.map(
        ({ from, to }): Binding => ({ kind: 'reference', from: idOf(here, from), to: idOf(there, to) }),
      ),
      ...valueBindings.map((each): Binding => ({ kind: 'value', ...each, asset: idOf(here, each.asset) })),
    ]
    const bundle = here.filter(({ type }) => type.promotable)
    const targets = new Map(bundle.map(({ id }, index) => [id, production(index)]))
    const rendered = bundle.map(({ type, content, id }) => ({
      type,
      ...renderItem({ type, content, sourceAsset: id, bindings, targets }),
    }))
    expect(rendered.flatMap(({ notes }) => notes)).toEqual([])
    expect(rendered.filter(({ type, content }) => !compileContentSchema(type)(content))).toEqual([])
    const text = JSON.stringify(rendered.map(({ content }) => content))
    expect(here.filter(({ id }) => text.includes(id))).toEqual([])
    expect(text).not.toMatch(/staging/i)
    expect(
      unusedBindings(
        bindings,
        rendered.flatMap(({ used }) => used),
      ),
    ).toEqual([])
  })
})
