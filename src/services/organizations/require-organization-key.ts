import type { OrganizationId } from '../../domain/identifiers.ts'
import type { Caller } from '../context.ts'
import { Refused } from '../refused.ts'

/** The refusal for whatever a caller may not see; it does not tell whether it exists. */
export function notFound(): Refused {
  return new Refused('not-found', 'There is no such resource, or you may not see it.')
}

/**
 * Refuses a key that does not open the organization.
 *
 * @throws Refused `not-found` for another organization, `forbidden` for a key of an environment.
 */
export function requireOrganizationKey(caller: Caller, organization: OrganizationId): void {
  if (caller.organization !== organization) throw notFound()
  if (caller.door.kind !== 'organization') {
    throw new Refused(
      'forbidden',
      'This key opens one environment; people, roles and policies take a key of the organization.',
    )
  }
}
