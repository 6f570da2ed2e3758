import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Act } from '../../domain/rights/acts.ts'
import { type Circumstances, judge } from '../../domain/rights/judge.ts'
import type { Standing } from '../../domain/rights/standing.ts'
import type { Caller, Door } from '../context.ts'
import { Refused } from '../refused.ts'
import { standingOf } from './standing.ts'

/**
 * A caller's rights as they are now.
 *
 * @throws Refused `unauthenticated` when the caller was deactivated meanwhile.
 */
export async function requireActive(
  transaction: Transaction,
  { actor }: Pick<Caller, 'actor'>,
  environment: EnvironmentId | null = null,
): Promise<Standing> {
  const standing = await standingOf(transaction, actor, environment)
  if (!standing?.active) throw new Refused('unauthenticated', 'The person behind this key is not active.')
  return standing
}

/** Throws Refused unless somebody with this standing may do this, as the table says. */
export function requireAct(act: Act, standing: Standing | undefined, about: Circumstances): void {
  const refusal = judge(act, standing, about)
  if (refusal !== null) throw new Refused(refusal.code, refusal.detail)
}

/**
 * Asks the table whether the caller may do something now, with the key they use.
 *
 * @throws Refused `unauthenticated` for somebody deactivated, `forbidden` or another rule's code where they may not.
 */
export async function requireRight(
  transaction: Transaction,
  { actor, door }: Pick<Caller, 'actor'> & { readonly door: Pick<Door, 'kind'> },
  act: Act,
  { environment = null, ...about }: Circumstances & { readonly environment?: EnvironmentId | null } = {},
): Promise<Standing> {
  const standing = await requireActive(transaction, { actor }, environment)
  requireAct(act, standing, { through: door.kind, ...about })
  return standing
}
