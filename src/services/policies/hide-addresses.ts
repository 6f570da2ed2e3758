import type { Transaction } from '../../db/transaction.ts'
import type { PolicyCheck, PolicyRule } from '../../domain/policy/policy.ts'
import { judge } from '../../domain/rights/judge.ts'
import type { Caller } from '../context.ts'
import { requireActive } from '../people/require-right.ts'

function originAlone(check: PolicyCheck): PolicyCheck {
  return { ...check, url: URL.parse(check.url)?.origin ?? '' }
}

/**
 * Versions of a policy as the caller may see them: who may not change it sees of its checks' addresses where they lead, and
 * not what stands behind that, which may be known to its owners alone.
 */
export async function hideAddresses<Version extends { readonly rules: readonly PolicyRule[] }>(
  transaction: Transaction,
  caller: Caller,
  versions: readonly Version[],
): Promise<readonly Version[]> {
  if (versions.every(({ rules }) => rules.every(({ checks }) => checks === undefined))) return versions
  const standing = await requireActive(transaction, caller)
  if (judge('policy.propose', standing, { through: caller.door.kind }) === null) return versions
  return versions.map((version) => ({
    ...version,
    rules: version.rules.map((rule) =>
      rule.checks === undefined ? rule : { ...rule, checks: rule.checks.map(originAlone) },
    ),
  }))
}
