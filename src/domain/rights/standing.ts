import type { PersonId } from '../identifiers.ts'

export type OrganizationRole = 'owner' | 'admin' | 'member'

export type EnvironmentRole = 'engineer' | 'support' | 'viewer'

/** What an actor holds right now, in the organization and in the one environment that an act is about. */
export interface Standing {
  /** The human; of a service account the one it acts for. */
  readonly person: PersonId
  readonly kind: 'human' | 'service'
  readonly active: boolean
  readonly organizationRole: OrganizationRole | null
  readonly auditor: boolean
  readonly environmentRole: EnvironmentRole | null
  readonly groups: readonly string[]
}
