import { digest, identifier } from '../identifiers.ts'
import type { JsonValue } from '../json.ts'
import type { CommandClaim } from '../stream.ts'
import type { PersonalPromotionCommand } from './commands.ts'
import type { Verdict } from './state.ts'

const verdicts: readonly Verdict[] = ['approve', 'reject', 'request-changes']

function isVerdict(value: JsonValue | undefined): value is Verdict {
  return verdicts.some((verdict) => verdict === value)
}

function isTextList(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string')
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new RangeError('a text was expected')
  return value
}

function parse({ id, person, kind, arguments: given }: CommandClaim): PersonalPromotionCommand | undefined {
  if (kind === 'withdraw') {
    return { kind, id, person, reasonText: identifier(textOf(given.reasonText)) }
  }
  const { verdict, step, groups } = given
  if (kind !== 'decide' || !isVerdict(verdict) || !isTextList(groups)) return undefined
  if (step !== null && typeof step !== 'number') return undefined
  return {
    kind,
    id,
    person,
    decision: identifier(textOf(given.decision)),
    verdict,
    planDigest: digest(textOf(given.planDigest)),
    step,
    groups,
    commentText: identifier(textOf(given.commentText)),
    printedNameText: identifier(textOf(given.printedNameText)),
  }
}

/** A person's command as its claim tells it; undefined when it is none that a promotion knows. Never throws. */
export function personalPromotionCommand(claim: CommandClaim): PersonalPromotionCommand | undefined {
  try {
    return parse(claim)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
