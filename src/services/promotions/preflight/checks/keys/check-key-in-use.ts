import { desc, eq } from 'drizzle-orm'
import { checkKey } from '../../../../../db/control/check-key.ts'
import type { Transaction } from '../../../../../db/transaction.ts'

/** The key that receivers know the organization by: the newest published; null while there is none. */
export async function checkKeyInUse(control: Transaction): Promise<string | null> {
  const [row] = await control
    .select({ publicKey: checkKey.publicKey })
    .from(checkKey)
    .where(eq(checkKey.organization, control.organization))
    .orderBy(desc(checkKey.publishedAt), desc(checkKey.kid))
    .limit(1)
  return row?.publicKey ?? null
}
