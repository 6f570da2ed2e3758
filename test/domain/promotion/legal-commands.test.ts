import { expect, test } from 'vitest'
import type { PromotionCommand } from '../../../src/domain/promotion/commands.ts'
import { decide } from '../../../src/domain/promotion/decide.ts'
import type { PromotionState } from '../../../src/domain/promotion/state.ts'
import {
  abort,
  bela,
  by,
  dora,
  everyPhase,
  external,
  following,
  having,
  override,
  own,
  resubmit,
  retry,
  schedule,
  step,
  submit,
  takeBack,
  verdictOn,
  watched,
  withdraw,
} from './sample-promotion.ts'

type Kind = PromotionCommand['kind']

const phases = everyPhase(watched)
const twoSign = { ...own.plan, plan: { ...watched, steps: [step(1, 2), step(2, 1)] } }

const whileSigning: readonly Kind[] = [
  'decide',
  'withdraw-decision',
  'override',
  'resubmit',
  'withdraw',
  'abort',
  'schedule',
  'remind',
  'escalate',
  'expire',
]

/** Every state that differs in what may happen, and all that may. */
const waitingForASystem = { ...own.plan, plan: { ...watched, steps: [step(1), external(2), step(3)] } }

const table: readonly (readonly [string, () => PromotionState, readonly Kind[]])[] = [
  ['a draft', phases.draft, ['submit', 'withdraw']],
  ['requested', phases.requested, ['start-preflight', 'withdraw', 'abort']],
  ['in preflight', phases.preflight, ['plan', 'withdraw', 'abort']],
  ['in review', () => having(own.start, twoSign, by(bela)), whileSigning],
  ['awaiting approval', phases.awaiting_approval, whileSigning],
  [
    'awaiting a system',
    () => having(own.start, waitingForASystem, by(bela)),
    ['deliver-verdict', ...whileSigning.filter((kind) => kind !== 'decide' && kind !== 'withdraw-decision')],
  ],
  ['approved', phases.approved, ['authorize', 'schedule', 'withdraw', 'abort']],
  ['scheduled', phases.scheduled, ['authorize', 'schedule', 'resubmit', 'withdraw', 'abort']],
  ['back for changes', phases.changes_requested, ['resubmit', 'withdraw', 'abort', 'expire']],
  ['promoting', phases.promoting, ['land']],
  ['landed', () => following(phases.promoting(), [{ type: 'landed', items: [] }]), ['publish']],
  ['compensating', phases.compensating, ['compensate']],
  ['stuck', phases.compensation_stuck, ['retry']],
  ['promoted', phases.promoted, []],
  ['rejected', phases.rejected, []],
  ['withdrawn', phases.withdrawn, []],
  ['expired', phases.expired, []],
  ['failed', phases.failed, []],
]

const commands: Readonly<Record<Kind, (state: PromotionState) => PromotionCommand>> = {
  decide: () => by(dora),
  'withdraw-decision': (state) => takeBack(bela, state),
  'deliver-verdict': () => verdictOn(2),
  override: () => override(dora),
  submit: () => submit,
  resubmit: () => resubmit(),
  withdraw: () => withdraw,
  abort: () => abort,
  schedule: () => schedule(null),
  retry: () => retry,
  'start-preflight': () => own.start,
  plan: () => own.plan,
  remind: () => own.remind,
  escalate: () => own.escalate,
  expire: () => own.expire,
  authorize: () => own.authorize,
  land: () => own.land,
  publish: () => own.publish,
  compensate: () => own.discard,
}

test('the table knows every phase and every command', () => {
  expect(new Set(table.map(([, make]) => make().phase))).toEqual(new Set(Object.keys(phases)))
  expect(new Set(table.flatMap(([, , legal]) => legal))).toEqual(new Set(Object.keys(commands)))
})

const pairs = table.flatMap(([name, make, legal]) =>
  (Object.keys(commands) as readonly Kind[]).map((kind) => [name, kind, legal.includes(kind), make] as const),
)

test.each(pairs.filter(([, , legal]) => legal))(
  'a promotion that is %s takes the command %s',
  (_, kind, __, make) => {
    const state = make()
    const outcome = decide(state, commands[kind](state))
    if (outcome.kind === 'refused') expect.fail(outcome.detail)
    expect(outcome.events.length).toBeGreaterThan(0)
    expect(following(state, outcome.events).seq).toBe(state.seq + outcome.events.length)
  },
)

const reasons: Readonly<Record<Kind, string>> = {
  decide: 'no step waits for a decision',
  'withdraw-decision': 'the step of this vote is not open any more',
  'deliver-verdict': 'no step waits for a verdict',
  override: 'no step waits for a decision',
  submit: 'only a draft is submitted',
  resubmit: 'there is nothing to resubmit',
  withdraw: 'it can no longer be withdrawn',
  abort: 'it can no longer be aborted',
  schedule: 'its time can no longer be chosen',
  retry: 'there is nothing to try again',
  'start-preflight': 'preflight has begun already',
  plan: 'there is nothing to plan',
  remind: 'nobody is to be reminded',
  escalate: 'there is nobody else to ask',
  expire: 'nothing waits for a decision',
  authorize: 'it is not to be authorized',
  land: 'nothing is to land',
  publish: 'nothing has landed',
  compensate: 'nothing is to be undone',
}

test.each(pairs.filter(([, , legal]) => !legal))(
  'a promotion that is %s refuses the command %s with its reason, and leaves no event',
  (_, kind, __, make) => {
    const state = make()
    if (state.steps[1]?.kind === 'external' && kind === 'decide') {
      expect(decide(state, by(dora))).toMatchObject({
        code: 'illegal-state',
        detail:
          'The promotion is awaiting approval: step "step 2" waits for the signed verdict of another system, and nobody signs it.',
      })
      return
    }
    if (kind === 'deliver-verdict' && state.step > 0) {
      expect(decide(state, commands[kind](state))).toMatchObject({
        code: 'illegal-state',
        detail: `The promotion is ${state.phase.replaceAll('_', ' ')}: step "step ${state.step}" waits for people.`,
      })
      return
    }
    const noVote = kind === 'withdraw-decision' && state.decisions.every(({ person }) => person !== bela)
    const detail = noVote
      ? 'This is no vote of yours on the plan as it is now.'
      : `The promotion is ${state.phase.replaceAll('_', ' ')}: ${reasons[kind]}.`
    expect(decide(state, commands[kind](state))).toEqual({ kind: 'refused', code: 'illegal-state', detail })
  },
)
