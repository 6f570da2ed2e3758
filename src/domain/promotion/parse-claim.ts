import { numberOf, textOf } from '../claim-values.ts'
import { digest, identifier, instant, type PersonId } from '../identifiers.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { CommandClaim } from '../stream.ts'
import type { PersonalPromotionCommand } from './commands.ts'
import type { ExternalVerdict } from './external-verdict.ts'
import type { Verdict } from './state.ts'

const verdicts: readonly Verdict[] = ['approve', 'reject', 'request-changes']

function verdictOf(value: JsonValue | undefined): Verdict {
  const found = verdicts.find((verdict) => verdict === value)
  if (found === undefined) throw new RangeError('a verdict was expected')
  return found
}

function externalVerdictOf(value: JsonValue | undefined): ExternalVerdict {
  if (value !== 'approved' && value !== 'rejected') throw new RangeError('a verdict was expected')
  return value
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value)) throw new RangeError('a list was expected')
  return value.map(textOf)
}

function orNull<Value>(
  read: (value: JsonValue | undefined) => Value,
  value: JsonValue | undefined,
): Value | null {
  return value === null ? null : read(value)
}

function signatureOf(given: JsonObject) {
  return {
    decision: identifier<PersonalSignature['decision']>(textOf(given.decision)),
    planDigest: digest(textOf(given.planDigest)),
    groups: textsOf(given.groups),
    ...(given.standsInFor === undefined
      ? {}
      : { standsInFor: textsOf(given.standsInFor).map((one) => identifier<PersonId>(one)) }),
    commentText: identifier<PersonalSignature['commentText']>(textOf(given.commentText)),
    printedNameText: identifier<PersonalSignature['printedNameText']>(textOf(given.printedNameText)),
  }
}

type PersonalSignature = Extract<PersonalPromotionCommand, { kind: 'override' }>

function parse({ id, person, kind, arguments: given }: CommandClaim): PersonalPromotionCommand | undefined {
  const by = { id, person }
  switch (kind) {
    case 'decide': {
      const { verdict, step } = given
      return { kind, ...by, ...signatureOf(given), verdict: verdictOf(verdict), step: orNull(numberOf, step) }
    }
    case 'override':
      return { kind, ...by, ...signatureOf(given) }
    case 'deliver-verdict':
      return {
        kind,
        ...by,
        step: numberOf(given.step),
        revision: numberOf(given.revision),
        planDigest: digest(textOf(given.planDigest)),
        verdict: externalVerdictOf(given.verdict),
        envelope: digest(textOf(given.envelope)),
      }
    case 'withdraw-decision':
      return { kind, ...by, decision: identifier(textOf(given.decision)) }
    case 'resubmit':
      return {
        kind,
        ...by,
        revision: numberOf(given.revision),
        request: digest(textOf(given.request)),
        reasonText: identifier(textOf(given.reasonText)),
      }
    case 'schedule':
      return { kind, ...by, notBefore: orNull((value) => instant(textOf(value)), given.notBefore) }
    case 'withdraw':
    case 'abort':
      return { kind, ...by, reasonText: identifier(textOf(given.reasonText)) }
    case 'submit':
    case 'retry':
      return { kind, ...by }
    default:
      return undefined
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
