import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import type { Standing } from '../../domain/rights/standing.ts'

/**
 * Reads an actor's rights and locks the rows they rest on until the transaction ends. Undefined for an actor that the
 * organization does not have.
 */
export async function standingOf(
  transaction: Transaction,
  actor: ActorId,
  environment: EnvironmentId | null,
): Promise<Standing | undefined> {
  const { rows } = await transaction.execute<{
    person: PersonId
    kind: Standing['kind']
    active: boolean
    organization_role: Standing['organizationRole']
    auditor: boolean
    environment_role: Standing['environmentRole']
    groups: string[]
  }>(sql`select person, kind, active, organization_role, auditor, environment_role, groups
    from standing_of(${actor}::uuid, ${environment}::uuid)`)
  const [row] = rows
  return (
    row && {
      person: row.person,
      kind: row.kind,
      active: row.active,
      organizationRole: row.organization_role,
      auditor: row.auditor,
      environmentRole: row.environment_role,
      groups: row.groups,
    }
  )
}
