import { expect, test } from 'vitest'
import {
  decideProductionCommand,
  evolveProductionCommand,
  requestedProductionCommand,
} from '../../src/domain/production-command/production-command.ts'
import { decide } from '../../src/domain/promotion/decide.ts'
import { evolve } from '../../src/domain/promotion/evolve.ts'
import { nextStep } from '../../src/domain/promotion/next-step.ts'
import { decideReview, evolveReview, pendingReview } from '../../src/domain/review/review.ts'
import { exceptionPhrase, wayPhrase } from '../../src/domain/rights/phrases.ts'
import { decideRollout } from '../../src/domain/rollout/decide.ts'
import { evolveRollout, pendingRollout } from '../../src/domain/rollout/rollout.ts'
import { approved } from './promotion/sample-promotion.ts'

const strange = { kind: 'strange', type: 'strange' } as never
const event = { seq: 1, event: strange }

test.each<[string, () => unknown]>([
  ['a command to a promotion', () => decide(approved(), strange)],
  ['an event of a promotion', () => evolve(approved(), { seq: approved().seq + 1, event: strange })],
  ['a phase of a promotion', () => nextStep({ ...approved(), phase: 'strange' as never })],
  ['a command to a rollout', () => decideRollout(pendingRollout(strange), strange)],
  ['an event of a rollout', () => evolveRollout(pendingRollout(strange), event)],
  ['a command to a review', () => decideReview(pendingReview(strange), strange)],
  ['an event of a review', () => evolveReview(pendingReview(strange), event)],
  [
    'a step of a production command',
    () => decideProductionCommand(requestedProductionCommand(strange), strange),
  ],
  [
    'an event of a production command',
    () => evolveProductionCommand(requestedProductionCommand(strange), event),
  ],
  ['a holder of a right', () => wayPhrase({ through: 'source', who: [strange] })],
  ['an exception from a right', () => exceptionPhrase(strange)],
])('%s that a later release knows stops this one instead of passing for something else', (_, act) => {
  expect(act).toThrow(/^unexpected case: .*strange/)
})
