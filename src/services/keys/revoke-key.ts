import { and, eq, isNull, sql } from 'drizzle-orm'
import { apiKey } from '../../db/control/api-key.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { ApiKeyId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { keyRevoked } from './key-entries.ts'
import { readKey } from './read-keys.ts'

/**
 * Revokes one of the caller's keys, or of a service account they own. Revoking again changes nothing.
 *
 * @throws Refused `not-found` for anybody else's key.
 */
export async function revokeKey({ caller, stores }: ServiceContext, id: ApiKeyId): Promise<void> {
  const { organization, actor, door } = caller
  const environment = door.kind === 'environment' ? door.environment : null
  await withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'key.make')
    const key = await readKey(transaction, { actor, environment }, id)
    if (key === undefined) throw notFound()
    const { rowCount } = await transaction
      .update(apiKey)
      .set({ revokedAt: sql`clock_timestamp()` })
      .where(and(eq(apiKey.organization, organization), eq(apiKey.id, id), isNull(apiKey.revokedAt)))
    if (rowCount === 0) return
    const told = {
      ...key,
      door: key.environment === null ? 'organization' : 'environment',
      expiresAt: key.expiresAt && new Date(key.expiresAt),
    } as const
    await appendEntries(transaction, [keyRevoked(entryActor(caller), told)])
  })
}
