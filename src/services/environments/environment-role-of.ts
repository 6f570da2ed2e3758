import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { EnvironmentRole } from '../../db/control/environment-member.ts'
import type { ActorId, EnvironmentId } from '../../domain/identifiers.ts'

/** The role that somebody has in an environment: of a service account the narrower one of its own and its owner's. */
export function environmentRoleOf(
  actor: ActorId | PgColumn,
  environment: EnvironmentId | PgColumn,
): SQL<EnvironmentRole | null> {
  return sql<EnvironmentRole | null>`environment_role_of(${actor}::uuid, ${environment}::uuid)`
}
