import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AssetId, digest, identifier } from '../../../src/domain/identifiers.ts'
import type { JsonValue } from '../../../src/domain/json.ts'
import { assemblePlan, type PlanDraft, type PlanItemDraft } from '../../../src/domain/plan/assemble-plan.ts'
import type { Finding, Severity } from '../../../src/domain/plan/finding.ts'
import { asPlan, blockers } from '../../../src/domain/plan/plan.ts'

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const sha = (character: string) => digest(character.repeat(64))

const item: PlanItemDraft = {
  type: 'valueSet',
  name: 'Marital status codes',
  associated: false,
  adopted: false,
  source: { asset: identifier(id(1)), version: 3, digest: sha('a') },
  target: { asset: identifier(id(2)), baseline: null },
  digest: sha('b'),
  bindings: [
    { pointer: '/z', digest: sha('1'), remembered: false },
    { pointer: '/a', digest: sha('2'), remembered: true },
  ],
}

const draft: PlanDraft = {
  organization: identifier(id(10)),
  promotion: identifier(id(11)),
  revision: 1,
  source: { environment: identifier(id(12)) },
  destination: { environment: identifier(id(13)) },
  requester: identifier(id(14)),
  contributors: [identifier(id(15)), identifier(id(14)), identifier(id(15))],
  policy: { version: 4, rule: 1 },
  risk: 'low',
  severalSteps: false,
  steps: [
    {
      name: 'Interface team',
      kind: 'review',
      required: 1,
      groups: ['interfaces', 'clinical'],
      people: [],
      atLeastOneOf: ['z', 'a'],
    },
    { name: 'Release', kind: 'approval', required: 2, groups: [], people: [], atLeastOneOf: [] },
  ],
  items: [item],
  dependencies: [],
  activation: 'manual',
  findings: [],
  manifest: null,
  evidence: [sha('f'), sha('e'), sha('f')],
  notBefore: null,
  expiresAfter: 'P7D',
}

const finding = (severity: Severity, rule: string, acknowledged?: boolean): Finding => ({
  rule,
  severity,
  asset: identifier(id(1)),
  pointer: '',
  message: 'A message.',
  ...(acknowledged === undefined ? {} : { acknowledged }),
})

const actionOf = (change: Partial<PlanItemDraft>) =>
  assemblePlan({ ...draft, items: [{ ...item, ...change }] }).items[0]?.action

describe('a plan', () => {
  it('is a JSON document with numbered items and steps and its sets sorted', () => {
    const plan: JsonValue = assemblePlan(draft)
    expect(plan).toMatchObject({
      format: 'countersign/plan/2',
      activation: 'manual',
      contributors: [id(14), id(15)],
      evidence: [sha('e'), sha('f')],
      steps: [
        {
          position: 1,
          name: 'Interface team',
          groups: ['clinical', 'interfaces'],
          atLeastOneOf: ['a', 'z'],
        },
        { position: 2, name: 'Release', groups: [] },
      ],
      items: [{ position: 1, bindings: [{ pointer: '/a' }, { pointer: '/z' }] }],
    })
    expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan)
  })

  it('names the key of a system that a step waits for, and of no other step any', () => {
    const { steps } = assemblePlan({
      ...draft,
      steps: [
        {
          ...{ name: 'Ticket', kind: 'external', required: 1, publicKey: 'key' },
          ...{ groups: [], people: [], atLeastOneOf: [] },
        },
        ...draft.steps,
      ],
    })
    expect(steps[0]).toEqual({
      ...{ position: 1, name: 'Ticket', kind: 'external', required: 1, publicKey: 'key' },
      ...{ groups: [], people: [], atLeastOneOf: [] },
    })
    expect(steps.map((step) => 'publicKey' in step)).toEqual([true, false, false])
  })

  it('holds a validation where its rule asks for one, and no member for it otherwise', () => {
    const validation = { checklist: ['One order goes through'], soak: 'P2D' }
    expect(assemblePlan({ ...draft, validation }).validation).toEqual(validation)
    expect(assemblePlan(draft)).not.toHaveProperty('validation')
  })

  it('is this document and nothing more', () => {
    const baseline = { version: 2, digest: sha('c') }
    const on = (asset: number, pointer: string) => ({
      asset: identifier<AssetId>(id(asset)),
      pointer,
      on: identifier<AssetId>(id(30)),
      required: true,
      resolution: 'bound' as const,
      target: identifier<AssetId>(id(31)),
    })
    const plan = assemblePlan({
      ...draft,
      items: [{ ...item, target: { ...item.target, baseline } }],
      dependencies: [on(2, '/a'), on(1, '/b'), on(1, '/a')],
      findings: [
        { ...finding('warning', 'a', true), justification: 'c0ffee' },
        finding('warning', 'b', true),
      ],
    })
    expect(plan).toEqual({
      ...{ format: 'countersign/plan/2', organization: id(10), promotion: id(11), revision: 1 },
      ...{ source: { environment: id(12) }, destination: { environment: id(13) }, requester: id(14) },
      ...{
        contributors: [id(14), id(15)],
        policy: { version: 4, rule: 1 },
        risk: 'low',
        severalSteps: false,
      },
      steps: [
        {
          ...{ position: 1, name: 'Interface team', kind: 'review', required: 1 },
          ...{ groups: ['clinical', 'interfaces'], people: [], atLeastOneOf: ['a', 'z'] },
        },
        {
          ...{ position: 2, name: 'Release', kind: 'approval', required: 2 },
          ...{ groups: [], people: [], atLeastOneOf: [] },
        },
      ],
      items: [
        {
          ...{ position: 1, type: 'valueSet', name: 'Marital status codes', action: 'update' },
          source: { asset: id(1), version: 3, digest: sha('a') },
          target: { asset: id(2), baseline },
          adopted: false,
          digest: sha('b'),
          bindings: [
            { pointer: '/a', digest: sha('2'), remembered: true },
            { pointer: '/z', digest: sha('1'), remembered: false },
          ],
        },
      ],
      dependencies: [on(1, '/a'), on(1, '/b'), on(2, '/a')],
      findings: [
        { ...finding('warning', 'a'), acknowledged: true, justification: 'c0ffee' },
        { ...finding('warning', 'b'), acknowledged: true, justification: null },
      ],
      ...{ manifest: null, evidence: [sha('e'), sha('f')], notBefore: null },
      ...{ activation: 'manual', expiresAfter: 'P7D' },
    })
    expect(asPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
    expect(assemblePlan(draft).items[0]?.target).toEqual({ asset: id(2), baseline: null })
  })

  it('cannot be changed, and leaves what it was made of alone', () => {
    const plan = assemblePlan(draft)
    expect(Object.isFrozen(plan.items[0]?.source)).toBe(true)
    expect(Object.isFrozen(draft.contributors)).toBe(false)
    expect(draft.contributors).toHaveLength(3)
  })

  it('carries nothing that its draft has beside the plan', () => {
    const smuggled = { ...draft, items: [{ ...item, content: { secret: true } }] }
    expect(JSON.stringify(assemblePlan(smuggled))).toBe(JSON.stringify(assemblePlan(draft)))
  })

  it('creates where there is no target yet, and updates where production has something else', () => {
    const baseline = { version: 1, digest: sha('c') }
    expect(actionOf({})).toBe('create')
    expect(actionOf({ associated: true })).toBe('update')
    expect(actionOf({ associated: true, target: { ...item.target, baseline } })).toBe('update')
  })

  it('changes nothing where production already holds the same bytes', () => {
    const baseline = { version: 1, digest: item.digest }
    expect(actionOf({ associated: true, target: { ...item.target, baseline } })).toBe('unchanged')
    expect(actionOf({ associated: false, target: { ...item.target, baseline } })).toBe('unchanged')
  })

  it('lists findings in one order, however they were found', () => {
    const severity = fc.constantFrom<Severity>('blocker', 'warning', 'info')
    const some = fc.array(
      fc.tuple(severity, fc.constantFrom('a', 'b', 'c')).map(([one, rule]) => finding(one, rule)),
    )
    const twice = some.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    )
    fc.assert(
      fc.property(twice, ([one, other]) => {
        expect(assemblePlan({ ...draft, findings: one })).toEqual(assemblePlan({ ...draft, findings: other }))
      }),
    )
    const plan = assemblePlan({
      ...draft,
      findings: [finding('info', 'a'), finding('warning', 'a'), finding('blocker', 'z')],
    })
    expect(plan.findings.map((each) => each.severity)).toEqual(['blocker', 'warning', 'info'])
  })

  it('lists findings of one severity by asset, place, rule and words', () => {
    const at = (asset: number, pointer: string, rule: string, message: string) => ({
      ...finding('info', rule),
      asset: identifier<AssetId>(id(asset)),
      pointer,
      message,
    })
    const inOrder = [
      at(1, '/a', 'x', 'A.'),
      at(1, '/a', 'x', 'B.'),
      at(1, '/a', 'y', 'A.'),
      at(1, '/b', 'w', 'A.'),
      at(2, '', 'v', 'A.'),
    ]
    const { findings } = assemblePlan({ ...draft, findings: inOrder.toReversed() })
    expect(findings).toEqual(inOrder.map((one) => ({ ...one, acknowledged: false, justification: null })))
  })

  it('lets a warning be acknowledged, and a blocker never', () => {
    const plan = assemblePlan({
      ...draft,
      findings: [finding('blocker', 'a', true), finding('warning', 'b', true), finding('warning', 'c')],
    })
    expect(plan.findings.map(({ rule, acknowledged }) => [rule, acknowledged])).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
    ])
    expect(blockers(plan).map(({ rule }) => rule)).toEqual(['a'])
  })
})
