import type { AssetId } from '../identifiers.ts'
import type { Finding, Severity } from '../plan/finding.ts'
import type { FoundPlace, PreflightRule } from './rule.ts'

/** A finding that the requester took note of, with the commitment of their words where they gave some. */
export interface AcknowledgedFinding {
  readonly rule: string
  readonly asset: AssetId
  readonly pointer: string
  readonly justification: string | null
}

/** A place with the rule that found it. */
export interface RuledPlace {
  readonly rule: Pick<PreflightRule, 'id' | 'severity' | 'acknowledgement' | 'says'>
  readonly place: FoundPlace
}

function judge(
  { rule, place }: RuledPlace,
  acknowledged: AcknowledgedFinding | undefined,
  raised: boolean,
): Finding {
  const { asset, pointer } = place
  const severity: Severity = place.severity ?? rule.severity
  const message = place.message ?? rule.says
  const found = { rule: rule.id, asset, pointer, message }
  if (severity === 'blocker' || raised) return { ...found, severity: 'blocker' }
  if (severity === 'info' || rule.acknowledgement === 'never') return { ...found, severity }
  const enough =
    acknowledged !== undefined &&
    (rule.acknowledgement !== 'with-words' || acknowledged.justification !== null)
  if (enough) {
    return { ...found, severity, acknowledged: true, justification: acknowledged.justification }
  }
  switch (rule.acknowledgement) {
    case 'may':
      return { ...found, severity }
    case 'must':
      return { ...found, severity: 'blocker', message: `${message} Acknowledge it in the request to go on.` }
    case 'with-words':
      return {
        ...found,
        severity: 'blocker',
        message: `${message} Acknowledge it in the request with a justification to go on.`,
      }
    default:
      return rule.acknowledgement satisfies never
  }
}

function key({ rule, asset, pointer }: { rule: string; asset: string; pointer: string }): string {
  return `${rule} ${asset} ${pointer}`
}

/**
 * Places as findings. What the policy names blocks, whoever acknowledged it; what has to be acknowledged blocks until it
 * is; nothing is ever lowered.
 */
export function judgeFindings(
  places: readonly RuledPlace[],
  acknowledged: readonly AcknowledgedFinding[],
  blocks: readonly string[],
): readonly Finding[] {
  const noted = new Map(acknowledged.map((one) => [key(one), one]))
  return places.map((found) => {
    const { asset, pointer } = found.place
    const own = noted.get(key({ rule: found.rule.id, asset, pointer }))
    return judge(found, own, blocks.includes(found.rule.id))
  })
}

/** Speaks of what was sent along, not of the bundle: nothing that a policy or an acknowledgement could name. */
export const acknowledgementUnused: RuledPlace['rule'] = Object.freeze({
  id: 'acknowledgement-unused',
  severity: 'warning',
  acknowledgement: 'never',
  says: 'Nothing was found that this acknowledges. What it meant has changed, or never was.',
})

/** Acknowledgements of nothing that was found, as places of their own. */
export function acknowledgementsLeft(
  places: readonly RuledPlace[],
  acknowledged: readonly AcknowledgedFinding[],
): readonly RuledPlace[] {
  const found = new Set(
    places.map(({ rule, place: { asset, pointer } }) => key({ rule: rule.id, asset, pointer })),
  )
  return acknowledged
    .filter((one) => !found.has(key(one)))
    .map(({ asset, pointer }) => ({ rule: acknowledgementUnused, place: { asset, pointer } }))
}
