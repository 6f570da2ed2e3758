import { and, eq, inArray } from 'drizzle-orm'
import { sealedSecret } from '../../db/environment/sealed-secret.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EntryDraft } from '../audit/append-entries.ts'
import type { GivenSecrets } from './store-secrets.ts'

/**
 * Takes away what is sealed at these places of an asset, where anything is. Returns the entries that tell of it, which
 * the caller appends.
 */
export async function dropSecrets(
  transaction: Transaction,
  { asset, environment, type, actor }: Pick<GivenSecrets, 'asset' | 'environment' | 'type' | 'actor'>,
  pointers: readonly string[],
): Promise<readonly EntryDraft[]> {
  if (pointers.length === 0) return []
  const rows = await transaction
    .delete(sealedSecret)
    .where(
      and(
        eq(sealedSecret.organization, transaction.organization),
        eq(sealedSecret.asset, asset),
        inArray(sealedSecret.pointer, [...pointers]),
      ),
    )
    .returning({ pointer: sealedSecret.pointer })
  return rows.map(({ pointer }) => ({
    type: 'secret.dropped',
    subject: `asset/${asset}`,
    actor,
    environment,
    asset,
    facts: { assetType: type },
    details: { pointer },
  }))
}
