import { and, eq } from 'drizzle-orm'
import { promotionTargetLock } from '../../db/control/promotion-target-lock.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import { type RestoreRule, restoreRule } from '../../domain/policy/policy.ts'
import { type Refusal, refused } from '../../domain/stream.ts'
import { readPolicy } from '../policies/read-policy.ts'

/** What the newest policy of an environment says about restoring; without a policy, what it says by default. */
export async function readRestoreRule(
  transaction: Transaction,
  environment: EnvironmentId,
): Promise<RestoreRule> {
  return restoreRule((await readPolicy(transaction, environment)) ?? { rules: [] })
}

/** Refuses while an open promotion is about to change the asset: people approved against what is there now. */
export async function refusalWhileOpen(transaction: Transaction, asset: AssetId): Promise<Refusal | null> {
  const locks = await transaction
    .select({ promotion: promotionTargetLock.promotion })
    .from(promotionTargetLock)
    .where(
      and(
        eq(promotionTargetLock.organization, transaction.organization),
        eq(promotionTargetLock.asset, asset),
      ),
    )
    .limit(1)
  if (locks.length === 0) return null
  return refused(
    'promotion-open',
    'An open promotion is about to change this asset. Wait for it, or have it withdrawn.',
  )
}

/** What speaks against restoring a version of an asset now, besides the person's rights and the version itself. */
export async function refusalToRestore(
  transaction: Transaction,
  { environment, asset }: { readonly environment: EnvironmentId; readonly asset: AssetId },
): Promise<Refusal | null> {
  if ((await readRestoreRule(transaction, environment)) === 'approval') {
    return refused('forbidden', 'The policy of this environment lets older versions back by approval alone.')
  }
  return refusalWhileOpen(transaction, asset)
}
