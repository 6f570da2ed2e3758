import { accepted, refused } from '../../stream.ts'
import type { DecideCommand, OverrideCommand, WithdrawDecisionCommand } from '../commands.ts'
import type { PromotionEvent } from '../events.ts'
import { countingGroups, isComplete, isNamed, lackingStep, namedSigners, stepAt } from '../quorum.ts'
import type { PlannedStep, PromotionState } from '../state.ts'
import { limitsOf, notNow, type PromotionOutcome, waiting } from './refusals.ts'

/** What keeps anybody from signing the plan as it is now; null when nothing does. */
function refusalToSign(
  state: PromotionState,
  { person, planDigest }: DecideCommand | OverrideCommand,
): PromotionOutcome | null {
  if (planDigest !== state.planDigest) {
    return refused(
      'precondition-failed',
      'The plan is not the one that was shown. Read it again, then decide.',
    )
  }
  if (!state.contributors.includes(person)) return null
  return refused(
    'contributor-may-not-decide',
    'Who requested or edited what is promoted may not decide on it.',
  )
}

function hasDecided(state: PromotionState, { person }: DecideCommand, step: PlannedStep): boolean {
  const several = state.terms?.severalSteps === true
  return state.decisions.some((one) => one.person === person && (!several || one.step === step.position))
}

function signed(command: DecideCommand | OverrideCommand, step: PlannedStep, escalatedTo: string | null) {
  const { decision, person, planDigest, groups, standsInFor = [], commentText, printedNameText } = command
  return {
    decision,
    person,
    step: step.position,
    planDigest,
    groups: countingGroups(step, escalatedTo, groups),
    ...(standsInFor.length === 0 ? {} : { standsInFor }),
    commentText,
    printedNameText,
  }
}

/** A person's verdict on the plan, in the step that waits. */
export function decidePerson(state: PromotionState, command: DecideCommand): PromotionOutcome {
  const step = stepAt(state, state.step)
  if (!waiting.has(state.phase) || step === undefined) return notNow(state, 'no step waits for a decision')
  if (command.step !== null && command.step !== step.position) {
    return notNow(state, `step ${state.step} is the one that waits`)
  }
  if (step.kind === 'external') {
    return notNow(
      state,
      `step "${step.name}" waits for the signed verdict of another system, and nobody signs it`,
    )
  }
  const refusal = refusalToSign(state, command)
  if (refusal !== null) return refusal
  const signers = namedSigners(step, state.escalatedTo)
  if (!isNamed(signers, command.person, command.groups, command.standsInFor)) {
    const named = [...signers.groups, ...(signers.people.length > 0 ? ['the people it names'] : [])]
    return refused('not-eligible', `Step "${step.name}" is signed by members of ${named.join(' or ')}.`)
  }
  if (hasDecided(state, command, step)) {
    return refused('already-decided', 'One person decides once on a plan. Withdraw the vote to decide anew.')
  }
  const { verdict, decision } = command
  const own = signed(command, step, state.escalatedTo)
  const decided: PromotionEvent = { type: 'decided', ...own, verdict }
  if (verdict === 'reject') return accepted([decided, { type: 'rejected', decision }], limitsOf(state))
  if (verdict === 'request-changes') {
    return accepted([decided, { type: 'changes-requested', decision }], limitsOf(state))
  }
  const { person, groups } = own
  const vote = { id: decision, person, step: step.position, verdict, groups }
  const decisions = [...state.decisions, vote]
  const after = { ...state, decisions }
  if (!isComplete(after, step)) return accepted([decided], limitsOf(state))
  const completed: PromotionEvent = { type: 'step-completed', step: step.position }
  return lackingStep(after) === 0
    ? accepted([decided, completed, { type: 'approved', planDigest: command.planDigest }], limitsOf(state))
    : accepted([decided, completed], limitsOf(state))
}

/** A person's own vote taken back, as long as its step waits for others. */
export function withdrawDecision(state: PromotionState, command: WithdrawDecisionCommand): PromotionOutcome {
  const vote = state.decisions.find(({ id }) => id === command.decision)
  if (vote === undefined || vote.person !== command.person) {
    return refused('illegal-state', 'This is no vote of yours on the plan as it is now.')
  }
  if (!waiting.has(state.phase) || vote.step !== state.step) {
    return notNow(state, 'the step of this vote is not open any more')
  }
  return accepted([{ type: 'decision-withdrawn', decision: vote.id, person: vote.person }], limitsOf(state))
}

/** One named person who contributed nothing stands in for the quorum. The policy names the group they come from. */
export function override(state: PromotionState, command: OverrideCommand): PromotionOutcome {
  const step = stepAt(state, state.step)
  if (!waiting.has(state.phase) || step === undefined) return notNow(state, 'no step waits for a decision')
  const refusal = refusalToSign(state, command)
  if (refusal !== null) return refusal
  const breakGlass = state.terms?.breakGlass ?? null
  if (breakGlass === null) {
    return refused('forbidden', 'The policy lets nobody stand in for those who have to sign.')
  }
  if (!command.groups.includes(breakGlass.group)) {
    return refused('not-eligible', `Only members of ${breakGlass.group} stand in for those who have to sign.`)
  }
  if (state.decisions.some((one) => one.person === command.person && one.step === step.position)) {
    return refused(
      'already-decided',
      'One person signs a step once. Withdraw the vote to stand in for the others.',
    )
  }
  const { reviewWithin } = breakGlass
  return accepted(
    [
      { type: 'overridden', ...signed(command, step, state.escalatedTo), reviewWithin },
      { type: 'approved', planDigest: command.planDigest },
    ],
    limitsOf(state),
  )
}
