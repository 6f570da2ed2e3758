import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import type { PromotionCommand, Reassessment } from '../../../src/domain/promotion/commands.ts'
import { decide } from '../../../src/domain/promotion/decide.ts'
import { type PromotionState, requestedPromotion, type Verdict } from '../../../src/domain/promotion/state.ts'
import {
  abort,
  by,
  editor,
  facts,
  following,
  holds,
  now,
  override,
  own,
  requester,
  resubmit,
  retry,
  reviewers,
  schedule,
  step,
  takeBack,
  watched,
  withdraw,
} from './sample-promotion.ts'

/** What a person with pen and paper would keep: who signed where, how long there is, and whether it is over. */
interface Paper {
  stage:
    | 'open'
    | 'begun'
    | 'signing'
    | 'signed'
    | 'waiting'
    | 'allowed'
    | 'there'
    | 'undoing'
    | 'stuck'
    | 'over'
    | 'returned'
  revision: number
  /** How many each step needs, and who signed it. */
  steps: { needed: number; signed: Set<PersonId> }[]
  /** Whether people have a time to decide; what was signed in time comes back without one. */
  dated: boolean
  overridden: boolean
  /** The step that waited when somebody stood in, from 1. */
  overriddenAt: number
  reminders: number
  escalation: boolean
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
  open: ['requested'],
  begun: ['preflight'],
  signing: ['in_review', 'awaiting_approval'],
  signed: ['approved'],
  waiting: ['scheduled'],
  stuck: ['compensation_stuck'],
  allowed: ['promoting'],
  there: ['promoting'],
  undoing: ['compensating'],
  returned: ['changes_requested'],
  over: ['rejected', 'withdrawn', 'expired', 'failed', 'promoted'],
}

/** The step that waits on paper: the first that lacks somebody. */
function open(paper: Paper) {
  return paper.steps.find(({ needed, signed }) => signed.size < needed)
}

function agree(paper: Paper, state: PromotionState): void {
  expect(phases[paper.stage]).toContain(state.phase)
  expect([state.revision, state.overridden]).toEqual([paper.revision, paper.overridden])
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
    ({ state }) => {
      const steps = needed.map((required, place) => step(place + 1, required))
      return { kind: 'plan', plan: { ...watched, revision: state.revision, steps, blockers }, now }
    },
    (paper) => {
      if (paper.stage !== 'begun') return false
      paper.steps = needed.map((number) => ({ needed: number, signed: new Set() }))
      paper.stage = blockers > 0 ? 'returned' : 'signing'
      Object.assign(paper, { dated: true, reminders: 2, escalation: true })
      return true
    },
  )

const starting = act(
  'preflight',
  () => own.start,
  (paper) => move(paper, ['open'], 'begun'),
)

const takingBack = (person: PersonId) =>
  act(
    `${person.slice(-2)} takes the vote back`,
    ({ state }) => takeBack(person, state),
    (paper) => paper.stage === 'signing' && open(paper)?.signed.delete(person) === true,
  )

const resubmitting = (next: number) =>
  act(
    `resubmit as ${next} more`,
    ({ state }) => resubmit(state.revision + next),
    (paper) => {
      const voided = { overridden: false, revision: paper.revision + 1 }
      if (next !== 1 || !move(paper, ['signing', 'waiting', 'returned'], 'open')) return false
      Object.assign(paper, voided)
      return true
    },
  )

const overriding = (person: PersonId, group: string) =>
  act(
    `${person.slice(-2)} of ${group} overrides`,
    () => override(person, { groups: [group] }),
    (paper) => {
      const may = group === 'emergency' && person !== requester && person !== editor
      if (paper.stage !== 'signing' || !may || open(paper)?.signed.has(person) === true) return false
      const waiting = open(paper)
      const overriddenAt = waiting === undefined ? 0 : paper.steps.indexOf(waiting) + 1
      Object.assign(paper, { stage: 'signed', overridden: true, overriddenAt })
      return true
    },
  )

/**
 * Everybody who signed this step or a later one has left, when it comes to production. Where one person stood in for the
 * others, they alone are looked for.
 */
const authorizing = (from: number | null, found: Partial<Reassessment>) =>
  act(
    `authorize, lapsed from ${from}, ${JSON.stringify(found)}`,
    ({ state }) => ({
      kind: 'authorize',
      found: {
        ...holds,
        ...found,
        lapsed: state.decisions
          .filter(({ verdict }) => verdict === (state.overridden ? 'override' : 'approve'))
          .filter((one) => from !== null && one.step >= from)
          .map(({ id }) => id),
      },
    }),
    (paper) => {
      if (paper.stage !== 'signed' && paper.stage !== 'waiting') return false
      const gone = from === null ? [] : paper.steps.slice(from - 1)
      const lapses = paper.overridden
        ? from !== null && paper.overriddenAt >= from
        : gone.some(({ signed }) => signed.size > 0)
      if (found.returned) Object.assign(paper, { stage: 'returned', dated: false })
      else if (lapses) {
        if (!paper.overridden) for (const { signed } of gone) signed.clear()
        Object.assign(paper, { stage: 'signing', dated: false, overridden: false })
      } else paper.stage = found.hindrances === undefined ? 'allowed' : 'waiting'
      return true
    },
  )

const simple = (
  name: string,
  command: PromotionCommand,
  from: readonly Paper['stage'][],
  to: Paper['stage'],
) =>
  fc.constant(
    act(
      name,
      () => command,
      (paper) => move(paper, from, to),
    ),
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
  fc
    .tuple(
      fc.option(fc.integer({ min: 1, max: 3 })),
      fc.constantFrom<Partial<Reassessment>[]>(
        {},
        {},
        { hindrances: ['freeze'] },
        { returned: 'target-moved' },
      ),
    )
    .map(([from, found]) => authorizing(from, found)),
  person.map(takingBack),
  fc.constantFrom(1, 1, 1, 0, 2).map(resubmitting),
  fc.tuple(person, fc.constantFrom('emergency', 'approvers')).map(([who, group]) => overriding(who, group)),
  fc.constant(
    act(
      'reschedule',
      () => schedule(null),
      ({ stage }) => ['signing', 'signed', 'waiting'].includes(stage),
    ),
  ),
  fc.constant(
    act(
      'remind',
      () => own.remind,
      (paper) => {
        if (paper.stage !== 'signing' || paper.reminders === 0) return false
        paper.reminders -= 1
        return true
      },
    ),
  ),
  fc.constant(
    act(
      'escalate',
      () => own.escalate,
      (paper) => {
        if (paper.stage !== 'signing' || !paper.escalation) return false
        paper.escalation = false
        return true
      },
    ),
  ),
  fc.constant(
    act(
      'expire',
      () => own.expire,
      (paper) => paper.dated && move(paper, ['signing', 'returned'], 'over'),
    ),
  ),
  simple('withdraw', withdraw, ['open', 'begun', 'signing', 'signed', 'waiting', 'returned'], 'over'),
  simple('abort', abort, ['open', 'begun', 'signing', 'signed', 'waiting', 'returned'], 'over'),
  simple('land', own.land, ['allowed'], 'there'),
  simple('fail to land', own.refuseLanding, ['allowed'], 'undoing'),
  simple('publish', own.publish, ['there'], 'over'),
  simple('discard', own.discard, ['undoing'], 'over'),
  simple('get stuck', own.getStuck, ['undoing'], 'stuck'),
  simple('try again', retry, ['stuck'], 'undoing'),
]

test('a promotion goes as a person with pen and paper would have it, whoever decides what and when', () => {
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 60, size: 'max' }), (commands) => {
      const model: Paper = {
        ...{ stage: 'open', revision: 1, steps: [] },
        ...{ dated: false, overridden: false, overriddenAt: 0, reminders: 0, escalation: false },
      }
      fc.modelRun(() => ({ model, real: { state: requestedPromotion(facts) } }), commands)
    }),
    { numRuns: 400 },
  )
})
