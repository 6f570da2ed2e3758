import { accepted, unreachable } from '../stream.ts'
import type { PromotionCommand } from './commands.ts'
import { decidePerson, override, withdrawDecision } from './decide/decisions.ts'
import { authorize, compensate, land, publish, retry } from './decide/landing.ts'
import { notNow, type PromotionOutcome } from './decide/refusals.ts'
import { abort, resubmit, schedule, submit, withdraw } from './decide/requests.ts'
import { deliverVerdict } from './decide/verdicts.ts'
import { escalate, expire, plan, remind } from './decide/waiting.ts'
import type { PromotionState } from './state.ts'

/**
 * What a command comes to in this state: the events that follow, or a refusal with its reason. Pure: the same state and
 * command always give the same outcome.
 */
export function decide(state: PromotionState, command: PromotionCommand): PromotionOutcome {
  switch (command.kind) {
    case 'decide':
      return decidePerson(state, command)
    case 'withdraw-decision':
      return withdrawDecision(state, command)
    case 'override':
      return override(state, command)
    case 'deliver-verdict':
      return deliverVerdict(state, command)
    case 'submit':
      return submit(state, command)
    case 'resubmit':
      return resubmit(state, command)
    case 'withdraw':
      return withdraw(state, command)
    case 'abort':
      return abort(state, command)
    case 'schedule':
      return schedule(state, command)
    case 'retry':
      return retry(state, command)
    case 'start-preflight':
      return state.phase === 'requested'
        ? accepted([{ type: 'preflight-started', revision: state.revision }])
        : notNow(state, 'preflight has begun already')
    case 'plan':
      return plan(state, command)
    case 'remind':
      return remind(state)
    case 'escalate':
      return escalate(state)
    case 'expire':
      return expire(state)
    case 'authorize':
      return authorize(state, command)
    case 'land':
      return land(state, command)
    case 'publish':
      return publish(state, command)
    case 'compensate':
      return compensate(state, command)
    default:
      return unreachable(command)
  }
}
