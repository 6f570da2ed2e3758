import { deliverDue, type RelayContext } from '../services/relay/deliver-due.ts'
import { type RepeatOptions, type Repetition, repeat } from './repeat.ts'

/** Keeps delivering what the API stored and nobody has acted on yet. */
export function startRelay(context: RelayContext, options: RepeatOptions): Repetition {
  const underWay = new Map<string, Promise<void>>()
  const repetition = repeat(() => deliverDue(context, underWay, options.onError), options)
  return {
    async stop() {
      await repetition.stop()
      await Promise.all(underWay.values())
    },
  }
}
