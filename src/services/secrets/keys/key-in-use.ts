import { and, desc, eq } from 'drizzle-orm'
import { sealingKey } from '../../../db/control/sealing-key.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import type { PublishedKey } from '../seal-secret.ts'

/** The key that an environment's secrets are sealed with now: the newest published; undefined while there is none. */
export async function keyInUse(
  control: Transaction,
  environment: EnvironmentId,
): Promise<PublishedKey | undefined> {
  const [row] = await control
    .select({ kid: sealingKey.kid, publicKey: sealingKey.publicKey })
    .from(sealingKey)
    .where(and(eq(sealingKey.organization, control.organization), eq(sealingKey.environment, environment)))
    .orderBy(desc(sealingKey.publishedAt), desc(sealingKey.kid))
    .limit(1)
  return row && { kid: row.kid, publicKey: JSON.parse(row.publicKey) }
}
