import type { PersonId } from '../identifiers.ts'
import type { Policy, PolicyRule } from '../policy/policy.ts'
import { type Candidate, canBeSigned } from '../policy/satisfiability.ts'
import type { PolicyWarning } from '../policy/warnings.ts'

/** Whether anybody can sign in here, and who has linked themselves to do so. */
export interface SignInPossibilities {
  /** Whether this installation is connected to an identity provider. */
  readonly provider: boolean
  /** People who have linked an identity of that provider. */
  readonly linked: ReadonlySet<PersonId>
}

function warningsOfRule(
  { name, steps, severalSteps = false, breakGlass, signIn }: PolicyRule,
  pointer: string,
  candidates: readonly Candidate[],
  { provider, linked }: SignInPossibilities,
): readonly PolicyWarning[] {
  if (signIn === undefined) return []
  if (!provider) {
    const message = `Nobody can sign by the rule “${name}”: it counts only who signed in through the identity provider, and this installation is connected to none.`
    return [{ code: 'no-identity-provider', pointer: `${pointer}/signIn`, message }]
  }
  const able = candidates.filter(({ person }) => linked.has(person))
  const enough = (some: readonly Candidate[]) => canBeSigned(steps, some, new Set(), severalSteps).satisfiable
  const found: PolicyWarning[] = []
  if (enough(candidates) && !enough(able)) {
    const message = `Too few of those who could sign by the rule “${name}” have linked themselves to the identity provider, through which it wants them to sign in.`
    found.push({ code: 'too-few-linked', pointer: `${pointer}/signIn`, message })
  }
  const group = breakGlass?.group
  const inGroup = (some: readonly Candidate[]) =>
    group !== undefined && some.some(({ groups }) => groups.includes(group))
  if (inGroup(candidates) && !inGroup(able)) {
    const message = `Nobody of those who could stand in for the quorum by the rule “${name}” has linked themselves to the identity provider, through which it wants them to sign in.`
    found.push({ code: 'too-few-linked', pointer: `${pointer}/breakGlass`, message })
  }
  return found
}

/** What speaks against the sign-in that a policy asks for, with the people of today. */
export function warningsOfSignIn(
  { rules }: Policy,
  candidates: readonly Candidate[],
  possible: SignInPossibilities,
): readonly PolicyWarning[] {
  return rules.flatMap((rule, place) => warningsOfRule(rule, `/rules/${place}`, candidates, possible))
}
