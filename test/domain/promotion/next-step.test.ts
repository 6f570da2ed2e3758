import { expect, test } from 'vitest'
import { nextStep } from '../../../src/domain/promotion/next-step.ts'
import { isFinished, type PromotionPhase } from '../../../src/domain/promotion/state.ts'
import { anna, bela, by, clara, having, own, stateIn } from './sample-promotion.ts'

const until = '2026-11-27T12:00:00.000Z'

test.each<[PromotionPhase, ReturnType<typeof nextStep>]>([
  ['requested', { kind: 'start-preflight' }],
  ['preflight', { kind: 'plan' }],
  ['in_review', { kind: 'wait', until: until as never, atEnd: 'expire' }],
  ['awaiting_approval', { kind: 'wait', until: until as never, atEnd: 'expire' }],
  ['changes_requested', { kind: 'wait', until: until as never, atEnd: 'expire' }],
  ['approved', { kind: 'authorize' }],
  ['scheduled', { kind: 'wait-to-land', until: null }],
  ['draft', { kind: 'wait', until: null, atEnd: 'expire' }],
  ['promoting', { kind: 'land' }],
  ['compensating', { kind: 'compensate' }],
  ['compensation_stuck', { kind: 'wait', until: null, atEnd: 'expire' }],
  ['promoted', { kind: 'finished' }],
  ['rejected', { kind: 'finished' }],
  ['withdrawn', { kind: 'finished' }],
  ['expired', { kind: 'finished' }],
  ['failed', { kind: 'finished' }],
])('a promotion that is %s goes on with %j', (phase, next) => {
  expect(nextStep(stateIn[phase]())).toEqual(next)
  expect(isFinished(phase)).toBe(next.kind === 'finished')
})

test('what landed is published', () => {
  const landed = having(own.start, own.plan, by(anna), by(bela), by(clara), own.authorize, own.land)
  expect(nextStep(landed)).toEqual({ kind: 'publish' })
})

test('people who have to act are waited for without an end where the plan gives none', () => {
  expect(nextStep({ ...stateIn.in_review(), expiresAt: null })).toEqual({
    kind: 'wait',
    until: null,
    atEnd: 'expire',
  })
})
