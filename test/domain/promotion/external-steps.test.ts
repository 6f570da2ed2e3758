import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/domain/promotion/decide.ts'
import { isComplete, lackingStep } from '../../../src/domain/promotion/quorum.ts'
import type { PlannedStep } from '../../../src/domain/promotion/state.ts'
import {
  anna,
  bela,
  by,
  clara,
  external,
  having,
  holds,
  otherDigest,
  outcomeOf,
  override,
  own,
  plan,
  resubmit,
  step,
  verdictOn,
  watched,
} from './sample-promotion.ts'

const planning = (steps: readonly PlannedStep[]) => ({ ...own.plan, plan: { ...watched, steps } })
const ticketBetween = planning([step(1), external(2), step(3)])
const reviewed = () => having(own.start, ticketBetween, by(anna))

describe('a step that waits for a system', () => {
  test('is waited for in its turn, as an approval', () => {
    expect(having(own.start, ticketBetween)).toMatchObject({ phase: 'in_review', step: 1 })
    expect(reviewed()).toMatchObject({ phase: 'awaiting_approval', step: 2 })
    expect(having(own.start, planning([external(1), step(2)]))).toMatchObject({ step: 1 })
  })

  test('is completed by the system’s approval, and then people go on', () => {
    expect(decide(reviewed(), verdictOn(2))).toEqual({
      kind: 'accepted',
      events: [
        {
          type: 'external-verdict',
          step: 2,
          verdict: 'approved',
          planDigest: plan.planDigest,
          envelope: 'd'.repeat(64),
        },
        { type: 'step-completed', step: 2 },
      ],
      notAfter: '2026-11-27T12:00:00.000Z',
    })
    const judged = having(own.start, ticketBetween, by(anna), verdictOn(2))
    expect(judged).toMatchObject({ phase: 'awaiting_approval', step: 3, approvedSteps: [2] })
    expect(outcomeOf(judged, by(bela))).toEqual(['decided', 'step-completed', 'approved'])
  })

  test('approves the promotion where it is the last that lacked', () => {
    const last = having(own.start, planning([step(1), external(2)]), by(anna))
    expect(decide(last, verdictOn(2))).toMatchObject({
      events: [
        { type: 'external-verdict' },
        { type: 'step-completed', step: 2 },
        { type: 'approved', planDigest: plan.planDigest },
      ],
    })
    const authorized = having(own.start, planning([step(1), external(2)]), by(anna), verdictOn(2))
    expect(outcomeOf(authorized, own.authorize)).toEqual(['authorized'])
  })

  test('ends the promotion by the system’s rejection, which is told apart from a person’s', () => {
    expect(decide(reviewed(), verdictOn(2, 'rejected'))).toMatchObject({
      events: [
        { type: 'external-verdict', verdict: 'rejected' },
        { type: 'rejected', step: 2 },
      ],
      notAfter: '2026-11-27T12:00:00.000Z',
    })
    const ended = having(own.start, ticketBetween, by(anna), verdictOn(2, 'rejected'))
    expect(ended).toMatchObject({ phase: 'rejected', step: 0, approvedSteps: [] })
  })

  test.each([
    ['step', verdictOn(1), 'illegal-state', 'step "step 2" is the one that waits'],
    ['revision', verdictOn(2, 'approved', { revision: 2 }), 'precondition-failed', 'another revision'],
    ['plan', verdictOn(2, 'approved', { planDigest: otherDigest }), 'precondition-failed', 'another plan'],
  ])('takes no verdict on another %s', (_, command, code, words) => {
    expect(decide(reviewed(), command)).toMatchObject({ code, detail: expect.stringContaining(words) })
  })

  test('takes one verdict', () => {
    const judged = having(own.start, ticketBetween, by(anna), verdictOn(2))
    expect(outcomeOf(judged, verdictOn(2, 'rejected'))).toEqual(['refused: illegal-state'])
  })

  test('is signed by nobody', () => {
    expect(outcomeOf(reviewed(), by(bela))).toEqual(['refused: illegal-state'])
    expect(outcomeOf(reviewed(), by(bela, 'reject'))).toEqual(['refused: illegal-state'])
  })

  test('replaces no person: approvals of another step do not complete it, nor it them', () => {
    const steps = [step(1, 2), external(2)]
    const nobody = { steps, decisions: [], approvedSteps: [2] }
    expect(lackingStep(nobody)).toBe(1)
    expect(isComplete({ ...nobody, approvedSteps: [] }, external(2))).toBe(false)
    expect(isComplete({ ...nobody, approvedSteps: [1] }, step(1, 2))).toBe(false)
  })

  test('is passed by an override, which stands in for everything that waits', () => {
    expect(outcomeOf(reviewed(), override(bela))).toEqual(['overridden', 'approved'])
  })

  test('expires as people’s steps do', () => {
    expect(decide(reviewed(), own.expire)).toMatchObject({
      events: [{ type: 'expired' }],
      notBefore: '2026-11-27T12:00:00.000Z',
    })
  })

  test('stays complete when an approval lapses, and waits again once an override does', () => {
    const both = planning([step(1), external(2)])
    const done = having(own.start, both, by(anna), verdictOn(2))
    const lapsing = {
      kind: 'authorize' as const,
      found: { ...holds, lapsed: done.decisions.map(({ id }) => id) },
    }
    const lapsed = having(own.start, both, by(anna), verdictOn(2), lapsing)
    expect(lapsed).toMatchObject({ phase: 'in_review', step: 1, approvedSteps: [2] })
    expect(outcomeOf(lapsed, by(clara))).toContain('approved')
    const overridden = having(own.start, both, by(anna), override(bela))
    const ofBela = overridden.decisions.filter(({ person }) => person === bela).map(({ id }) => id)
    const gone = having(own.start, both, by(anna), override(bela), {
      kind: 'authorize',
      found: { ...holds, lapsed: ofBela },
    })
    expect(gone).toMatchObject({ phase: 'awaiting_approval', step: 2, overridden: false })
  })

  test('is judged anew for a new revision', () => {
    const anew = having(own.start, ticketBetween, by(anna), verdictOn(2), resubmit())
    expect(anew).toMatchObject({ approvedSteps: [], decisions: [] })
  })
})
