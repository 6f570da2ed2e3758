import { numberOf, textOf } from '../claim-values.ts'
import { type Instant, identifier, type TextId } from '../identifiers.ts'
import type { CommandClaim } from '../stream.ts'
import type { PersonalRolloutCommand } from './decide.ts'

function parse(claim: CommandClaim, now: Instant): PersonalRolloutCommand | undefined {
  const { id, person, kind, arguments: given } = claim
  const by = { id, person }
  switch (kind) {
    case 'activate':
      return { kind, ...by }
    case 'confirm': {
      const printedNameText = identifier<TextId>(textOf(given.printedNameText))
      return { kind, ...by, check: numberOf(given.check), printedNameText }
    }
    case 'complete':
      return { kind, ...by, printedNameText: identifier<TextId>(textOf(given.printedNameText)), now }
    case 'rollback':
      return { kind, ...by, reasonText: identifier(textOf(given.reasonText)) }
    default:
      return undefined
  }
}

/**
 * A person's command as its claim tells it, at an instant of whoever decides it; undefined when it is none that a
 * rollout knows. Never throws.
 */
export function personalRolloutCommand(
  claim: CommandClaim,
  now: Instant,
): PersonalRolloutCommand | undefined {
  try {
    return parse(claim, now)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
