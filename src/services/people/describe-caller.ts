import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId, PersonId } from '../../domain/identifiers.ts'
import type { Standing } from '../../domain/rights/standing.ts'
import { type ShownAuthentication, shownAuthentication } from '../../domain/sign-in/authentication.ts'
import type { ServiceContext } from '../context.ts'
import { type EnvironmentOfActor, readEnvironmentsOf } from '../environments/read-environments.ts'
import { type LinkedIdentity, readIdentity } from '../identity/read-identity.ts'
import { type KeyView, readKey } from '../keys/read-keys.ts'
import { getOrganization } from '../organizations/get-organization.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { type PersonView, readPerson } from './read-people.ts'
import { requireActive } from './require-right.ts'

export interface CallerView {
  /** The human; of a service account the one it acts for. */
  readonly person: PersonView & { readonly id: PersonId }
  /** The service account that calls; null for a human. */
  readonly account: PersonView | null
  readonly organization: { readonly id: OrganizationId; readonly name: string }
  readonly organizationRole: Standing['organizationRole']
  readonly auditor: boolean
  /** Those the actor has a role in, as far as the key sees. */
  readonly environments: readonly EnvironmentOfActor[]
  readonly groups: readonly string[]
  readonly key: KeyView
  /** How they proved who they are, which a policy may ask about. */
  readonly authentication: ShownAuthentication
  /** The caller's at the identity provider; null where none is linked, and for a service account. */
  readonly identity: LinkedIdentity | null
}

/** Who calls, and what they may do with this key. */
export async function describeCaller(context: ServiceContext): Promise<CallerView> {
  const { caller, stores } = context
  const { organization: id, actor, actorKind, door } = caller
  const { name } = await getOrganization(context, id)
  return withOrganization(stores.control, id, async (transaction) => {
    const standing = await requireActive(transaction, caller)
    const person = await readPerson(transaction, caller.person)
    const itself = await readPerson(transaction, actor)
    const key = await readKey(transaction, { actor, environment: null }, caller.key)
    if (person === undefined || itself === undefined || key === undefined) throw notFound()
    const identity = actorKind === 'human' ? await readIdentity(transaction, caller.person) : undefined
    const environments = await readEnvironmentsOf(transaction, actor)
    return {
      person: { ...person, id: caller.person },
      account: actorKind === 'service' ? itself : null,
      organization: { id, name },
      organizationRole: standing.organizationRole,
      auditor: standing.auditor,
      environments: environments.filter(
        (one) => one.role !== null && (door.kind === 'organization' || door.environment === one.id),
      ),
      groups: standing.groups,
      key,
      authentication: shownAuthentication(caller.authentication),
      identity: identity ?? null,
    }
  })
}
