import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import type { PromotionCommand } from '../../../src/domain/promotion/commands.ts'
import { decide } from '../../../src/domain/promotion/decide.ts'
import { type PromotionState, requestedPromotion, type Verdict } from '../../../src/domain/promotion/state.ts'
import {
  by,
  editor,
  facts,
  following,
  holds,
  now,
  own,
  plan,
  requester,
  reviewers,
  step,
  withdraw,
} from './sample-promotion.ts'

/** What a person with pen and paper would keep: who signed where, and whether it is over. */
interface Paper {
  stage: 'open' | 'signing' | 'signed' | 'allowed' | 'there' | 'undoing' | 'over' | 'returned'
  /** How many each step needs, and who signed it. */
  steps: { needed: number; signed: Set<PersonId> }[]
}

interface Real {
  state: PromotionState
}

type Step = fc.Command<Paper, Real>

function act(
  name: string,
  command: (real: Real) => PromotionCommand,
  onPaper: (paper: Paper) => boolean,
): Step {
  return {
    check: () => true,
    run(paper, real) {
      const outcome = decide(real.state, command(real))
      expect([name, outcome.kind]).toEqual([name, onPaper(paper) ? 'accepted' : 'refused'])
      if (outcome.kind === 'accepted') real.state = following(real.state, outcome.events)
      agree(paper, real.state)
    },
    toString: () => name,
  }
}

const phases: Readonly<Record<Paper['stage'], readonly string[]>> = {
  open: ['requested', 'preflight'],
  signing: ['in_review', 'awaiting_approval'],
  signed: ['approved'],
  allowed: ['promoting'],
  there: ['promoting'],
  undoing: ['compensating'],
  returned: ['changes_requested'],
  over: ['rejected', 'withdrawn', 'expired', 'failed', 'promoted', 'compensation_stuck'],
}

/** The step that waits on paper: the first that lacks somebody. */
function open(paper: Paper) {
  return paper.steps.find(({ needed, signed }) => signed.size < needed)
}

function agree(paper: Paper, state: PromotionState): void {
  expect(phases[paper.stage]).toContain(state.phase)
  if (paper.stage !== 'signing') return
  const waiting = open(paper)
  expect(state.step).toBe(waiting === undefined ? -1 : paper.steps.indexOf(waiting) + 1)
  const names = state.decisions.map(({ person }) => person)
  expect(new Set(names)).toEqual(new Set(paper.steps.flatMap(({ signed }) => [...signed])))
}

function move(paper: Paper, from: readonly Paper['stage'][], to: Paper['stage']): boolean {
  if (!from.includes(paper.stage)) return false
  paper.stage = to
  return true
}

const deciding = (person: PersonId, verdict: Verdict) =>
  act(
    `${person.slice(-2)} says ${verdict}`,
    () => by(person, verdict),
    (paper) => {
      const already = paper.steps.some(({ signed }) => signed.has(person))
      if (paper.stage !== 'signing' || already || person === requester || person === editor) return false
      if (verdict !== 'approve') paper.stage = verdict === 'reject' ? 'over' : 'returned'
      else {
        open(paper)?.signed.add(person)
        if (open(paper) === undefined) paper.stage = 'signed'
      }
      return true
    },
  )

const planning = (needed: readonly number[], blockers: number) =>
  act(
    `plan ${needed.join()}`,
    () => {
      const steps = needed.map((required, place) => step(place + 1, required))
      return { kind: 'plan', plan: { ...plan, steps, blockers }, now }
    },
    (paper) => {
      if (paper.stage !== 'open' || paper.steps.length > 0 || !begun.has(paper)) return false
      paper.steps = needed.map((number) => ({ needed: number, signed: new Set() }))
      paper.stage = blockers > 0 ? 'returned' : 'signing'
      return true
    },
  )

const begun = new WeakSet<Paper>()
const starting = act(
  'preflight',
  () => own.start,
  (paper) => {
    if (paper.stage !== 'open' || begun.has(paper)) return false
    begun.add(paper)
    return true
  },
)

/** Everybody who signed this step or a later one has left, when it comes to production. */
const authorizing = (from: number | null) =>
  act(
    `authorize, lapsed from ${from}`,
    ({ state }) => ({
      kind: 'authorize',
      found: {
        ...holds,
        lapsed: state.decisions.filter((one) => from !== null && one.step >= from).map(({ id }) => id),
      },
    }),
    (paper) => {
      if (paper.stage !== 'signed') return false
      const gone = from === null ? [] : paper.steps.slice(from - 1)
      for (const { signed } of gone) signed.clear()
      paper.stage = open(paper) === undefined ? 'allowed' : 'signing'
      return true
    },
  )

const person = fc.constantFrom(requester, editor, ...reviewers)
const steps = [
  fc.constant(starting),
  fc
    .tuple(fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 0, 1))
    .map(([needed, blockers]) => planning(needed, blockers)),
  ...Array.from({ length: 4 }, () => person.map((who) => deciding(who, 'approve'))),
  fc
    .tuple(person, fc.constantFrom<Verdict[]>('approve', 'reject', 'request-changes'))
    .map(([who, verdict]) => deciding(who, verdict)),
  fc.option(fc.integer({ min: 1, max: 3 })).map(authorizing),
  fc.constant(
    act(
      'withdraw',
      () => withdraw,
      (paper) => move(paper, ['open', 'signing', 'signed', 'returned'], 'over'),
    ),
  ),
  fc.constant(
    act(
      'expire',
      () => own.expire,
      (paper) => move(paper, ['signing', 'returned'], 'over'),
    ),
  ),
  fc.constant(
    act(
      'land',
      () => own.land,
      (paper) => move(paper, ['allowed'], 'there'),
    ),
  ),
  fc.constant(
    act(
      'fail to land',
      () => own.refuseLanding,
      (paper) => move(paper, ['allowed'], 'undoing'),
    ),
  ),
  fc.constant(
    act(
      'publish',
      () => own.publish,
      (paper) => move(paper, ['there'], 'over'),
    ),
  ),
  fc.constant(
    act(
      'discard',
      () => own.discard,
      (paper) => move(paper, ['undoing'], 'over'),
    ),
  ),
]

test('a promotion goes as a person with pen and paper would have it, whoever decides what and when', () => {
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 60, size: 'max' }), (commands) => {
      const model: Paper = { stage: 'open', steps: [] }
      fc.modelRun(() => ({ model, real: { state: requestedPromotion(facts) } }), commands)
    }),
    { numRuns: 400 },
  )
})
