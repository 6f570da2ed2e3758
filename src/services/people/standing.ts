import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import type { Standing } from '../../domain/rights/standing.ts'

interface StandingRow {
  readonly person: PersonId
  readonly kind: Standing['kind']
  readonly active: boolean
  readonly organization_role: Standing['organizationRole']
  readonly auditor: boolean
  readonly environment_role: Standing['environmentRole']
  readonly groups: readonly string[]
}

// Every request asks it, so that it is sent as it is.
const standing = `select person, kind, active, organization_role, auditor, environment_role, groups
  from standing_of($1::uuid, $2::uuid)`

/**
 * Reads an actor's rights and locks the rows they rest on until the transaction ends. Undefined for an actor that the
 * organization does not have.
 */
export async function standingOf(
  transaction: Transaction,
  actor: ActorId,
  environment: EnvironmentId | null,
): Promise<Standing | undefined> {
  const [row] = await transaction.send<StandingRow>(standing, [actor, environment])
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
