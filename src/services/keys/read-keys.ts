import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { actor as actorTable } from '../../db/control/actor.ts'
import { type ApiKeyOrigin, apiKey } from '../../db/control/api-key.ts'
import { apiKeyEnvironment } from '../../db/control/api-key-environment.ts'
import { serviceAccount } from '../../db/control/service-account.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type ActorId,
  type ApiKeyId,
  type EnvironmentId,
  type Instant,
  instant,
  type OrganizationId,
} from '../../domain/identifiers.ts'
import type { PagePlace } from '../people/read-people.ts'

/** A key without its secret, which nobody can read again. */
export interface KeyView {
  readonly id: ApiKeyId
  readonly name: string
  readonly actor: ActorId
  /** Whether the actor is a service account. */
  readonly actorKind: 'human' | 'service'
  /** What it opens: one of the two. */
  readonly organization: OrganizationId | null
  readonly environment: EnvironmentId | null
  readonly scopes: readonly string[] | null
  /** Whether somebody made it, or a token of the identity provider became it. */
  readonly origin: ApiKeyOrigin
  readonly createdAt: Instant
  readonly expiresAt: Instant | null
  readonly revokedAt: Instant | null
}

/** Whose keys, and through which door one looks at them: an environment's key sees that environment's keys only. */
export interface KeyReader {
  readonly actor: ActorId
  readonly environment: EnvironmentId | null
}

const createdAt = sql`date_trunc('milliseconds', ${apiKey.createdAt})`

async function select(
  transaction: Transaction,
  reader: KeyReader,
  condition: SQL | undefined,
  limit: number,
) {
  const { organization } = transaction
  const own = sql`(${apiKey.actor} = ${reader.actor}::uuid or ${serviceAccount.owner} = ${reader.actor}::uuid)`
  const here = reader.environment === null ? undefined : eq(apiKeyEnvironment.environment, reader.environment)
  const rows = await transaction
    .select({ key: apiKey, kind: actorTable.kind, environment: apiKeyEnvironment.environment })
    .from(apiKey)
    .innerJoin(
      actorTable,
      and(eq(actorTable.organization, apiKey.organization), eq(actorTable.id, apiKey.actor)),
    )
    .leftJoin(
      serviceAccount,
      and(eq(serviceAccount.organization, apiKey.organization), sql`${serviceAccount.id} = ${apiKey.actor}`),
    )
    .leftJoin(
      apiKeyEnvironment,
      and(eq(apiKeyEnvironment.organization, apiKey.organization), eq(apiKeyEnvironment.apiKey, apiKey.id)),
    )
    .where(and(eq(apiKey.organization, organization), own, here, condition))
    .orderBy(desc(createdAt), desc(apiKey.id))
    .limit(limit)
  return rows.map(
    ({ key, kind, environment }): KeyView => ({
      id: key.id,
      name: key.name,
      actor: key.actor,
      actorKind: kind,
      organization: environment === null ? organization : null,
      environment,
      scopes: key.scopes,
      origin: key.origin,
      createdAt: instant(key.createdAt),
      expiresAt: key.expiresAt && instant(key.expiresAt),
      revokedAt: key.revokedAt && instant(key.revokedAt),
    }),
  )
}

/** The keys that a reader answers for, newest first, at most `limit`. */
export async function readKeys(
  transaction: Transaction,
  reader: KeyReader,
  after: PagePlace | undefined,
  limit: number,
): Promise<readonly KeyView[]> {
  const rest = after && sql`(${createdAt}, ${apiKey.id}) < (${after.instant}::timestamptz, ${after.id}::uuid)`
  return select(transaction, reader, rest, limit)
}

/** One of the keys that a reader answers for; undefined for everybody else's. */
export async function readKey(
  transaction: Transaction,
  reader: KeyReader,
  id: string,
): Promise<KeyView | undefined> {
  const [found] = await select(transaction, reader, sql`${apiKey.id} = ${id}::uuid`, 1)
  return found
}
