import type { AssetId, Digest } from '../identifiers.ts'
import type { Freeze } from '../policy/opening.ts'
import { unreachable } from '../stream.ts'

/** Why what a signed plan would activate automatically is left to people. */
export type ActivationHindranceCode =
  /** An item of this type lands turned off; turning it on is for a person. */
  | 'lands-off'
  /** Production lacks the value of a secret. */
  | 'secret-missing'
  /** What landed is not production's newest version any more, or its bytes are not there to be looked at. */
  | 'target-moved'
  | Freeze['kind']

/** One reason, with the items that it is about: none where it is about the whole bundle. */
export type ActivationHindrance = {
  readonly code: ActivationHindranceCode
  readonly positions: readonly number[]
}

/** What the signed plan says of activation, and which rule of the policy lets it. */
export interface SignedActivation {
  readonly mode: 'manual' | 'automatic'
  readonly planDigest: Digest
  readonly policyVersion: number
  /** Of the rule in that version, from 1. */
  readonly rule: number
}

/** An item of a landed bundle as an automatic activation looks at it. */
export interface LandedItem {
  readonly position: number
  readonly target: AssetId
  /** Whether its type lands turned off, or is not known any more. */
  readonly landsOff: boolean
  /** Whether what landed is what production holds, with its bytes. */
  readonly stands: boolean
  /** How many secrets it has that production was not given. */
  readonly missingSecrets: number
}

/** All that speaks against activating a bundle without a person. A bundle is activated as one, so that one item is enough. */
export function activationHindrances(
  items: readonly LandedItem[],
  freezes: readonly Freeze['kind'][],
): readonly ActivationHindrance[] {
  const about = (code: ActivationHindranceCode, speaks: (item: LandedItem) => boolean) => {
    const positions = items.filter(speaks).map(({ position }) => position)
    return positions.length === 0 ? [] : [{ code, positions }]
  }
  return [
    ...about('lands-off', ({ landsOff }) => landsOff),
    ...about('secret-missing', ({ missingSecrets }) => missingSecrets > 0),
    ...about('target-moved', ({ stands }) => !stands),
    ...[...new Set(freezes)].map((code) => ({ code, positions: [] })),
  ]
}

/** A reason in words, for who wonders why nothing happened: what stands in the way, and what to do. */
export function describeHindrance(code: ActivationHindranceCode): string {
  switch (code) {
    case 'lands-off':
      return 'The bundle holds an asset that lands turned off, such as an automation or a webhook. A bundle is activated as one, so that a person activates all of it.'
    case 'secret-missing':
      return 'Production has no value for a secret of this asset. Supply it, then activate by hand.'
    case 'target-moved':
      return 'Production does not hold what landed as its newest version any more. Look at it, then activate by hand.'
    case 'freeze':
      return 'A freeze of the destination was in force when it landed. A person activates it.'
    case 'organization-freeze':
      return 'The organization was frozen when it landed. A person activates it.'
    default:
      return unreachable(code)
  }
}
