import { v7 as uuidv7 } from 'uuid'
import { withOrganization } from '../../db/transaction.ts'
import {
  type ApiKeyId,
  type EnvironmentId,
  identifier,
  type OrganizationId,
  type PersonId,
} from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ApiStores, EnvironmentKind } from '../context.ts'
import { insertKey } from '../keys/insert-key.ts'
import { type Founding, foundOrganization } from './found-organization.ts'

export type Bootstrap = Founding

export interface Bootstrapped {
  readonly organization: OrganizationId
  readonly environments: Readonly<Record<EnvironmentKind, EnvironmentId>>
  readonly owner: PersonId
  /** Secrets, known here and nowhere else. */
  readonly keys: { readonly organization: string }
}

/** Makes an organization with all that one begins with, and one key of it for its owner, in one transaction. */
export async function bootstrap(
  { stores }: { readonly stores: Pick<ApiStores, 'control'> },
  founding: Bootstrap,
): Promise<Bootstrapped> {
  const organization = identifier<OrganizationId>(uuidv7())
  return withOrganization(stores.control, organization, async (transaction) => {
    const founded = await foundOrganization(transaction, founding)
    if (founded === undefined) throw new Error('a new id is the id of an organization')
    const { owner, environments, entries } = founded
    const key = await insertKey(
      transaction,
      { person: owner, via: 'bootstrap' },
      {
        id: identifier<ApiKeyId>(uuidv7()),
        actor: owner,
        name: "the owner's first key",
        environment: null,
        scopes: null,
        expiresAt: null,
      },
    )
    await appendEntries(transaction, [...entries, key.entry])
    return { organization, environments, owner, keys: { organization: key.secret } }
  })
}
