import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Caller } from '../context.ts'
import { Refused } from '../refused.ts'
import { type Standing, standingOf } from './standing.ts'

/** Whether somebody administers the organization: people, groups, environment roles, policies. */
export function administers({ organizationRole }: Standing): boolean {
  return organizationRole === 'owner' || organizationRole === 'admin'
}

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

/** Throws Refused `forbidden` unless the caller has a role in the organization itself. */
export async function requireMember(transaction: Transaction, caller: Caller): Promise<Standing> {
  const standing = await requireActive(transaction, caller)
  if (standing.organizationRole !== null) return standing
  throw new Refused('forbidden', 'This takes a role in the organization: owner, admin or member.')
}

/** Throws Refused `forbidden` unless the caller is an owner or an admin. */
export async function requireAdministrator(transaction: Transaction, caller: Caller): Promise<Standing> {
  const standing = await requireActive(transaction, caller)
  if (administers(standing)) return standing
  throw new Refused('forbidden', 'This takes an owner or an admin of the organization.')
}

/** Throws Refused `forbidden` unless the caller is an owner. */
export async function requireOwner(transaction: Transaction, caller: Caller): Promise<Standing> {
  const standing = await requireActive(transaction, caller)
  if (standing.organizationRole === 'owner') return standing
  throw new Refused('forbidden', 'Only an owner of the organization may do this.')
}
