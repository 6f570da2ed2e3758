import { describe, expect, test } from 'vitest'
import { type EnvironmentId, identifier, instant } from '../../../src/domain/identifiers.ts'
import type { Evidence, EvidenceKind } from '../../../src/domain/plan/evidence.ts'
import { foundByPolicy, itemWith, person, plainRule, routed, staging } from './sample-preflight.ts'

const evidence = (kind: EvidenceKind): Evidence => ({
  kind,
  asset: null,
  digest: null,
  link: null,
  note: null,
})

describe('evidence that the policy asks for', () => {
  const rule = { ...plainRule, requiredEvidence: ['role', 'webhook-payload'] as const }
  const items = [itemWith({}, { asset: staging(2) }), itemWith({}, { asset: staging(1) })]

  test('and that was not sent along blocks, kind by kind', () => {
    expect(foundByPolicy('evidence-missing', routed(items, { rule }))).toEqual([
      {
        rule: 'evidence-missing',
        severity: 'blocker',
        asset: staging(1),
        pointer: '',
        message: 'The policy asks for evidence of the kind role, and none was sent along.',
      },
      expect.objectContaining({ message: expect.stringContaining('webhook-payload') }),
    ])
    const sent = routed(items, { rule, evidence: [evidence('role'), evidence('error-retry')] })
    expect(foundByPolicy('evidence-missing', sent)).toMatchObject([
      { message: expect.stringContaining('webhook-payload'), severity: 'blocker' },
    ])
  })

  test('is a warning once somebody says why it cannot be tested', () => {
    const explained = routed(items, { rule, evidence: [evidence('role'), evidence('not-testable')] })
    expect(foundByPolicy('evidence-missing', explained)).toMatchObject([{ severity: 'warning' }])
  })

  test('is none where the policy asks for none, or nothing is promoted', () => {
    expect(foundByPolicy('evidence-missing', routed(items))).toEqual([])
    expect(foundByPolicy('evidence-missing', routed([], { rule }))).toEqual([])
  })
})

describe('the time that a version stands in staging', () => {
  const rule = { ...plainRule, minimumDwell: 'P2D' }
  const at = (writtenAt: string) => [itemWith({}, { writtenAt: instant(writtenAt) })]

  test('is long enough to the millisecond', () => {
    expect(foundByPolicy('dwell-too-short', routed(at('2026-11-18T12:00:00.000Z'), { rule }))).toEqual([])
    expect(foundByPolicy('dwell-too-short', routed(at('2026-11-18T12:00:00.001Z'), { rule }))).toMatchObject([
      {
        asset: staging(1),
        pointer: '',
        severity: 'blocker',
        message:
          'The policy asks that a version stands in staging for P2D. This one has from 2026-11-20T12:00:00.001Z.',
      },
    ])
  })

  test('is nobody’s business where the policy asks for none', () => {
    expect(foundByPolicy('dwell-too-short', routed(at('2026-11-20T11:59:59Z')))).toEqual([])
  })
})

test('a version has to be live in the pilot environment that the policy names, that very one', () => {
  const pilot = identifier<EnvironmentId>(person(77))
  const rule = { ...plainRule, pilot }
  const items = [1, 2, 3].map((number) => itemWith({}, { asset: staging(number), version: 7 }))
  const livePilots = new Map([
    [staging(1), 7],
    [staging(2), 6],
  ])
  expect(foundByPolicy('pilot-not-live', routed(items, { rule, livePilots }))).toMatchObject([
    { asset: staging(2), pointer: '', severity: 'blocker' },
    { asset: staging(3), pointer: '', severity: 'blocker' },
  ])
  expect(foundByPolicy('pilot-not-live', routed(items, { livePilots }))).toEqual([])
})

describe('who can approve', () => {
  const step = (position: number, enough: boolean) => ({
    position,
    able: enough ? [person(5), person(6)] : [person(5)],
    needed: 2,
    enough,
  })
  const items = [itemWith({}, { asset: staging(2) }), itemWith({}, { asset: staging(1) })]
  const rule = {
    ...plainRule,
    steps: [...plainRule.steps, { ...plainRule.steps[0], name: 'security' }],
  } as typeof plainRule
  const found = (byStep: readonly ReturnType<typeof step>[], satisfiable = false) =>
    foundByPolicy('nobody-can-approve', routed(items, { rule, signers: { byStep, satisfiable } }))

  test('is told step by step where too few are left, without a name', () => {
    expect(found([step(1, true), step(2, false)])).toEqual([
      {
        rule: 'nobody-can-approve',
        severity: 'blocker',
        asset: staging(1),
        pointer: '',
        message:
          'Step "security" takes 2 and 1 could sign it: ' +
          'whoever contributed, is not active, is in none of its groups or has no role in the destination cannot.',
      },
    ])
    expect(found([step(9, false)])[0]?.message).toContain('Step "9"')
  })

  test('is told where each step has enough people but all of them together do not', () => {
    expect(found([step(1, true), step(2, true)]).map(({ message }) => message)).toEqual([
      'Too few people could sign all the steps: one person counts in one step only.',
    ])
  })

  test('is nothing to tell where all steps can be signed, or nothing is promoted', () => {
    expect(found([step(1, false)], true)).toEqual([])
    const none = routed([], { signers: { byStep: [step(1, false)], satisfiable: false } })
    expect(foundByPolicy('nobody-can-approve', none)).toEqual([])
  })
})
