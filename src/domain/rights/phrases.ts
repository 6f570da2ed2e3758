import { unreachable } from '../stream.ts'
import type { Exception, Holder, Way } from './right.ts'

/** A list as one says it: `a, b or c`. */
export function spoken(words: readonly string[], join = 'or'): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${join} ${last}`
}

/** Whom a right is given to, in words. */
function holderPhrase(holder: Holder): string {
  switch (holder.kind) {
    case 'everybody':
      return 'being active'
    case 'organization-role':
      return `being ${spoken(holder.roles)} of the organization`
    case 'environment-role':
      return `the role ${spoken(holder.roles)} in that environment`
    case 'writer':
      return 'a role in that environment that may write every type of asset at hand'
    case 'auditor':
      return 'the auditor grant'
    case 'policy-group':
      return 'a role in that environment and a group that its policy names for it'
    case 'requester':
      return 'having asked for it'
    default:
      return unreachable(holder)
  }
}

/** One way to a right, in words. */
export function wayPhrase({ who }: Way): string {
  return spoken(who.map(holderPhrase))
}

/** Whom a right is kept from, in words. */
export function exceptionPhrase(exception: Exception): string {
  switch (exception) {
    case 'service-account':
      return 'service accounts'
    case 'contributor':
      return 'whoever requested or edited what is promoted'
    case 'unnamed':
      return "whoever the policy's step does not name"
    default:
      return unreachable(exception)
  }
}
