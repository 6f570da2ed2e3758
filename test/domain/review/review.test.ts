import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifier, instant, type PersonId } from '../../../src/domain/identifiers.ts'
import {
  decideReview,
  evolveReview,
  pendingReview,
  type ReviewCommand,
  type ReviewEvent,
  type ReviewState,
  refusalToReview,
} from '../../../src/domain/review/review.ts'

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const overriddenBy = identifier<PersonId>(uuid(4))
const contributor = identifier<PersonId>(uuid(5))
const reviewer = identifier<PersonId>(uuid(6))
const dueAt = instant(Date.parse('2026-03-03T08:00:00Z'))
const pending = pendingReview({
  organization: identifier(uuid(1)),
  promotion: identifier(uuid(2)),
  revision: 1,
  override: identifier(uuid(3)),
  overriddenBy,
  contributors: [identifier(uuid(9)), contributor],
  dueAt,
})
const by = (person: PersonId, outcome: 'upheld' | 'objected' = 'upheld'): ReviewCommand => ({
  kind: 'review-override',
  id: identifier(uuid(7)),
  person,
  outcome,
  commentText: identifier(uuid(8)),
})
const missed: ReviewCommand = { kind: 'miss-deadline' }

function after(state: ReviewState, command: ReviewCommand): ReviewState {
  const outcome = decideReview(state, command)
  const events: readonly ReviewEvent[] = outcome.kind === 'accepted' ? outcome.events : []
  return events.reduce((earlier, event) => evolveReview(earlier, { seq: earlier.seq + 1, event }), state)
}

const having = (...commands: readonly ReviewCommand[]) => commands.reduce(after, pending)

describe('the review of an override', () => {
  test('waits until somebody has looked at it', () => {
    expect(pending.phase).toBe('pending')
    expect(having(by(reviewer)).phase).toBe('reviewed')
  })

  test.each(['upheld', 'objected'] as const)('tells who %s it, and where the words are', (outcome) => {
    expect(decideReview(pending, by(reviewer, outcome))).toEqual({
      kind: 'accepted',
      events: [
        { type: 'reviewed', override: uuid(3), person: reviewer, outcome, commentText: identifier(uuid(8)) },
      ],
    })
  })

  test('is overdue from its deadline on, by the clock of the database, and goes on waiting', () => {
    expect(decideReview(pending, missed)).toEqual({
      kind: 'accepted',
      events: [{ type: 'overdue', override: uuid(3), dueAt }],
      notBefore: dueAt,
    })
    expect(having(missed).phase).toBe('overdue')
    expect(having(missed, by(reviewer)).phase).toBe('reviewed')
  })

  test('misses its deadline once, and not when it is over', () => {
    for (const state of [having(missed), having(by(reviewer)), having(missed, by(reviewer))]) {
      const detail = 'No review waits for its deadline.'
      expect(decideReview(state, missed)).toEqual({ kind: 'refused', code: 'illegal-state', detail })
    }
  })

  test('is given once', () => {
    for (const state of [having(by(reviewer)), having(missed, by(reviewer))]) {
      const detail = 'This override has been reviewed: it is, once.'
      expect(decideReview(state, by(reviewer, 'objected'))).toEqual({
        kind: 'refused',
        code: 'illegal-state',
        detail,
      })
    }
  })

  test.each([
    [
      'who stood in',
      overriddenBy,
      'not-eligible',
      'Whoever stood in for those who have to sign is reviewed by somebody else.',
    ],
    [
      'who contributed',
      contributor,
      'contributor-may-not-decide',
      'Who requested or edited what was promoted does not review that it was let through.',
    ],
  ])('is not by the one %s, neither in time nor later, and says so', (_, person, code, detail) => {
    for (const state of [pending, having(missed)]) {
      expect(decideReview(state, by(person))).toEqual({ kind: 'refused', code, detail })
    }
    expect(refusalToReview(pending.facts, person)).toEqual({ kind: 'refused', code, detail })
    expect(refusalToReview(pending.facts, reviewer)).toBeNull()
  })

  test('has at most one missed deadline and one end, whatever comes in which order', () => {
    const any = fc.constantFrom<ReviewCommand>(missed, by(reviewer), by(overriddenBy), by(contributor))
    fc.assert(
      fc.property(fc.array(any), (commands) => {
        const state = commands.reduce(after, pending)
        const looked = commands.some((command) => 'person' in command && command.person === reviewer)
        expect(state.seq).toBeLessThanOrEqual(2)
        expect(state.phase === 'reviewed').toBe(looked)
      }),
    )
  })

  test('folds an event in its turn only', () => {
    for (const seq of [0, 2, -1]) {
      const event = { type: 'overdue', override: pending.facts.override, dueAt } as const
      expect(() => evolveReview(pending, { seq, event })).toThrow(
        new RangeError(`event ${seq} does not follow event 0`),
      )
    }
  })
})
