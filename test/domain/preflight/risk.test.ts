import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ItemAction } from '../../../src/domain/plan/plan.ts'
import { risks } from '../../../src/domain/policy/risk.ts'
import { type RiskyBundle, riskOf, riskRules } from '../../../src/domain/preflight/risk.ts'

const bundle = (change: Partial<RiskyBundle>): RiskyBundle => ({
  items: [],
  findings: [],
  ownTypes: [],
  ...change,
})
const changing = (type: string, action: ItemAction = 'update') => bundle({ items: [{ type, action }] })

describe('the risk of a bundle', () => {
  test.each(['automation', 'webhookSubscription', 'permissionSet'])('is high with %s', (type) => {
    expect(riskOf(changing(type))).toBe('high')
    expect(riskOf(changing(type, 'unchanged'))).toBe('low')
  })

  test.each(['configModifier', 'filter', 'subscription', 'alertRule'])('is moderate with %s', (type) => {
    expect(riskOf(changing(type))).toBe('moderate')
    expect(riskOf(changing(type, 'unchanged'))).toBe('low')
  })

  test('is moderate where something new is made, and low where something simple changes', () => {
    expect(riskOf(changing('valueSet', 'create'))).toBe('moderate')
    expect(riskOf(changing('valueSet', 'update'))).toBe('low')
    expect(riskOf(bundle({}))).toBe('low')
  })

  test('is moderate with a type that the product does not know', () => {
    expect(riskOf({ ...changing('labOrder'), ownTypes: ['labOrder'] })).toBe('moderate')
    expect(riskOf({ ...changing('labOrder', 'unchanged'), ownTypes: ['labOrder'] })).toBe('low')
  })

  test.each([
    ...[
      'target-drifted',
      'target-restored',
      'target-adopted',
      'literal-secret',
      'patient-data',
      'look-alike',
    ],
    ...['hidden-characters', 'endpoint-suspicious', 'endpoint-of-staging'],
  ])('is high where %s was found', (finding) => {
    expect(riskOf(bundle({ findings: ['secret-missing', finding] }))).toBe('high')
  })

  test('is moderate where a reference is left out, and no higher by what is only told', () => {
    expect(riskOf(bundle({ findings: ['reference-dropped'] }))).toBe('moderate')
    expect(riskOf(bundle({ findings: ['secret-missing', 'binding-remembered'] }))).toBe('low')
  })

  test('is the highest of all reasons, and never falls by one more item or finding', () => {
    const types = [...riskRules.flatMap((rule) => rule.types ?? []), 'valueSet', 'labOrder']
    const findings = [...riskRules.flatMap((rule) => rule.findings ?? []), 'secret-missing']
    const item = fc.record({
      type: fc.constantFrom(...types),
      action: fc.constantFrom<ItemAction[]>('create', 'update', 'unchanged'),
    })
    const any = fc.record({
      items: fc.array(item, { maxLength: 4 }),
      findings: fc.subarray(findings),
      ownTypes: fc.subarray(['labOrder']),
    })
    fc.assert(
      fc.property(any, any, (one, more) => {
        const both = {
          items: [...one.items, ...more.items],
          findings: [...one.findings, ...more.findings],
          ownTypes: [...one.ownTypes, ...more.ownTypes],
        }
        const highest = Math.max(risks.indexOf(riskOf(one)), risks.indexOf(riskOf(more)))
        expect(risks.indexOf(riskOf(both))).toBeGreaterThanOrEqual(highest)
        expect(riskOf({ ...both, items: both.items.toReversed() })).toBe(riskOf(both))
      }),
    )
  })
})
