import { type Refusal, refused, unreachable } from '../stream.ts'
import { type Act, acts } from './acts.ts'
import { spoken, wayPhrase } from './phrases.ts'
import type { Exception, Holder, Place, Right, Way } from './right.ts'
import type { EnvironmentRole, Standing } from './standing.ts'

/** What an act is about, as far as its right depends on it. */
export interface Circumstances {
  /** What the key in use opens. Left out where no key is at hand: every way counts then. */
  readonly through?: Place
  /** Roles that every type of the assets at hand is writable by; nobody's where left out. */
  readonly writableBy?: readonly EnvironmentRole[]
  /** Groups that the policy of the environment names for the act; none where left out. */
  readonly policyGroups?: readonly string[]
  /** Whether the person is the one who asked for what is at hand. */
  readonly requested?: boolean
  /** Whether the person contributed to what is promoted. */
  readonly contributed?: boolean
  /** Whether the policy's step names the person; left out where the order of steps is judged elsewhere. */
  readonly named?: boolean
}

function holds(standing: Standing, holder: Holder, about: Circumstances): boolean {
  const { organizationRole, environmentRole } = standing
  switch (holder.kind) {
    case 'everybody':
      return true
    case 'organization-role':
      return organizationRole !== null && holder.roles.includes(organizationRole)
    case 'environment-role':
      return environmentRole !== null && holder.roles.includes(environmentRole)
    case 'writer':
      return environmentRole !== null && about.writableBy?.includes(environmentRole) === true
    case 'auditor':
      return standing.auditor
    case 'policy-group': {
      const named = about.policyGroups?.some((group) => standing.groups.includes(group)) === true
      return named && environmentRole !== null
    }
    case 'requester':
      return about.requested === true && standing.environmentRole !== null
    default:
      return unreachable(holder)
  }
}

function excepted(exception: Exception, standing: Standing, about: Circumstances): Refusal | null {
  switch (exception) {
    case 'service-account':
      return standing.kind === 'service' ? refused('forbidden', 'A service account never does this.') : null
    case 'contributor':
      return about.contributed === true
        ? refused(
            'contributor-may-not-decide',
            'You requested or edited what is promoted. Somebody who contributed nothing has to decide.',
          )
        : null
    case 'unnamed':
      return about.named === false
        ? refused('not-eligible', "The policy's step names others to decide.")
        : null
    default:
      return unreachable(exception)
  }
}

function opens({ ways }: Right, through: Place | undefined): readonly Way[] {
  return through === undefined ? ways : ways.filter((way) => way.through === through)
}

/**
 * Whether somebody may do something, as the table says. Null when they may.
 *
 * @param standing - in the environment that the act is about; undefined for nobody of the organization
 */
export function judge(act: Act, standing: Standing | undefined, about: Circumstances = {}): Refusal | null {
  const right: Right = acts[act]
  if (!standing?.active) return refused('forbidden', 'Whoever asks for this is not active any more.')
  const ways = opens(right, about.through)
  if (ways.length === 0) {
    const places = spoken([...new Set(right.ways.map(({ through }) => `a key of the ${through}`))])
    return refused('forbidden', `To ${right.does} takes ${places}.`)
  }
  for (const exception of right.except ?? []) {
    const refusal = excepted(exception, standing, about)
    if (refusal !== null) return refusal
  }
  const given = ways.some(({ who }) => who.some((holder) => holds(standing, holder, about)))
  if (given) return null
  return refused('forbidden', `To ${right.does} takes ${spoken(ways.map(wayPhrase))}.`)
}

/** Whether somebody may do something, as the table says. */
export function mayDo(act: Act, standing: Standing | undefined, about: Circumstances = {}): boolean {
  return judge(act, standing, about) === null
}
