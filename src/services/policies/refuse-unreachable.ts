import type { Policy } from '../../domain/policy/policy.ts'
import type { RefusalOfAddress } from '../ports.ts'
import { Refused } from '../refused.ts'

/**
 * Refuses a policy with a check that could never be asked. Where the name of a host leads is looked at when it is asked.
 *
 * @throws Refused `invalid-body` with the places of the addresses and what is wrong with them.
 */
export function refuseUnreachable({ rules }: Policy, refusalOf: RefusalOfAddress): void {
  const errors = rules.flatMap(({ checks = [] }, rule) =>
    checks.flatMap(({ url }, check) => {
      const message = refusalOf(url)
      return message === null ? [] : [{ pointer: `/rules/${rule}/checks/${check}/url`, message }]
    }),
  )
  if (errors.length === 0) return
  throw new Refused('invalid-body', 'The policy names a check that could never be asked.', errors)
}
