import type { CommandClaim } from '../stream.ts'
import type { RolloutCommand } from './rollout.ts'

/** A person's command as its claim tells it; undefined when it is none that a rollout knows. */
export function parseActivation({ id, person, kind }: CommandClaim): RolloutCommand | undefined {
  return kind === 'activate' ? { kind, id, person } : undefined
}
