import { deliverDue, type RelayContext } from '../services/relay/deliver-due.ts'
import { type RepeatOptions, type Repetition, repeat } from './repeat.ts'

/** Keeps delivering what the API stored and nobody has acted on yet. */
export function startRelay(context: RelayContext, options: RepeatOptions): Repetition {
  return repeat(async () => {
    await deliverDue(context, options.onError)
  }, options)
}
