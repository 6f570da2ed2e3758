import type { Plan } from '../../../domain/plan/plan.ts'
import type { ProblemCode } from '../../../domain/problem-code.ts'
import { Refused } from '../../refused.ts'
import type { AskedBundle } from './asked-bundle.ts'

// What no waiting and no change of the people's minds would help: it is said before anybody waits.
const hopeless: Readonly<Record<string, { readonly code: ProblemCode; readonly detail: string }>> =
  Object.freeze({
    'nothing-to-promote': {
      code: 'nothing-to-promote',
      detail: 'Production already holds all of this: there is nothing to promote.',
    },
    'nobody-can-approve': {
      code: 'nobody-can-approve',
      detail:
        'Nobody could approve this promotion as people are now. Have approvers added, or have somebody else ask for it.',
    },
    'too-many-contributors': {
      code: 'illegal-state',
      detail: 'More than 100 people contributed to this. Promote it in smaller parts.',
    },
  })

/**
 * Refuses a request whose plan could never be carried out.
 *
 * @throws Refused `nothing-to-promote`, `nobody-can-approve` or `illegal-state` with the reasons.
 */
export function refuseHopeless({ findings }: Plan, { promotingAssets }: AskedBundle): void {
  const found = findings.filter(
    ({ rule, severity }) => severity === 'blocker' && Object.hasOwn(hopeless, rule),
  )
  const refusal = hopeless[found[0]?.rule ?? '']
  if (refusal === undefined) return
  const places = found.filter(({ rule }) => rule === found[0]?.rule)
  throw new Refused(
    refusal.code,
    refusal.detail,
    places.map(({ asset, message }) => ({
      pointer: `/promotingAssets/${promotingAssets.findIndex(({ id }) => id === asset)}`,
      message,
    })),
  )
}
