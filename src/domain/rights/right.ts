import type { EnvironmentRole, OrganizationRole } from './standing.ts'

/** What the key in use opens: the organization, or the environment in the part that it plays in the act. */
export type Place = 'organization' | 'environment' | 'source' | 'destination'

/** Whom a right is given to. Environment roles are those in the environment that the act is about. */
export type Holder =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'organization-role'; readonly roles: readonly OrganizationRole[] }
  | { readonly kind: 'environment-role'; readonly roles: readonly EnvironmentRole[] }
  /** A role that the types of all the assets at hand are writable by. */
  | { readonly kind: 'writer' }
  | { readonly kind: 'auditor' }
  /** Any role there, and a group that the policy of that environment names for the act. */
  | { readonly kind: 'policy-group' }
  /** Who asked for what is at hand. */
  | { readonly kind: 'requester' }

/** One way to a right: through a key of this place, any of these people. */
export interface Way {
  readonly through: Place
  readonly who: readonly Holder[]
}

/** Whom a right is kept from, whatever else they hold. */
export type Exception = 'service-account' | 'contributor' | 'unnamed'

/** One line of the table "who may do what". */
export interface Right {
  /** The act as the end of the sentence "You may …". */
  readonly does: string
  readonly ways: readonly Way[]
  readonly except?: readonly Exception[]
  /** What further rules ask for, which are judged where they are kept. */
  readonly besides?: string
}
