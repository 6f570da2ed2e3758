import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { environment as environmentTable } from '../../db/control/environment.ts'
import { organization as organizationTable } from '../../db/control/organization.ts'
import { person as personTable } from '../../db/control/person.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import {
  type EnvironmentId,
  identifier,
  type OrganizationId,
  type PersonId,
} from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { EnvironmentKind, ServiceContext } from '../context.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { issueSignInToken } from '../people/issue-sign-in-token.ts'
import { requireRight } from '../people/require-right.ts'
import { type Founding, foundOrganization } from './found-organization.ts'
import { notFound, requireOrganizationKey } from './require-organization-key.ts'

export interface CreateOrganization extends RepeatableRequest {
  readonly founding: Founding
}

export interface CreatedOrganization {
  readonly organization: OrganizationId
  readonly createdAt: Date
  readonly owner: PersonId
  readonly environments: readonly { readonly id: EnvironmentId; readonly kind: EnvironmentKind }[]
  /** Shown once; null when the organization had been made before. */
  readonly signInToken: string | null
  readonly replayed: boolean
}

/** What the founding transaction wrote, which has one time: whatever came later is the new organization's own affair. */
async function readFounded(transaction: Transaction) {
  const { organization } = transaction
  const [founded] = await transaction
    .select({ createdAt: organizationTable.createdAt, owner: personTable.id })
    .from(organizationTable)
    .innerJoin(
      personTable,
      and(
        eq(personTable.organization, organizationTable.organization),
        eq(personTable.createdAt, organizationTable.createdAt),
      ),
    )
    .where(eq(organizationTable.organization, organization))
  if (founded === undefined) throw notFound()
  const environments = await transaction
    .select({ id: environmentTable.id, kind: environmentTable.kind })
    .from(environmentTable)
    .innerJoin(
      organizationTable,
      and(
        eq(organizationTable.organization, environmentTable.organization),
        eq(organizationTable.createdAt, environmentTable.createdAt),
      ),
    )
    .where(eq(environmentTable.organization, organization))
    .orderBy(environmentTable.id)
  return { ...founded, environments }
}

/**
 * Makes a further organization in this installation, with all that one begins with, and names its first owner. No
 * transaction spans two organizations: the caller's claims the id and logs who asked, the new one's is written under that
 * id, once. A repetition writes what is still missing.
 *
 * @throws Refused `forbidden` unless an owner asks with a key of their organization.
 */
export async function createOrganization(
  { caller, stores, clock }: ServiceContext,
  { founding, ...repeatable }: CreateOrganization,
): Promise<CreatedOrganization> {
  requireOrganizationKey(caller, caller.organization)
  const { organization, replayed } = await withOrganization(
    stores.control,
    caller.organization,
    async (transaction) => {
      await requireRight(transaction, caller, 'organization.create')
      const id = identifier<OrganizationId>(uuidv7())
      const claim = { ...repeatable, actor: caller.actor, operation: 'createOrganization', resource: id }
      const claimed = await claimKey(transaction, claim)
      if (claimed.kind === 'replay')
        return { organization: identifier<OrganizationId>(claimed.resource), replayed: true }
      const subject = `organization/${id}`
      await appendEntries(transaction, [{ type: 'organization.created', subject, actor: entryActor(caller) }])
      return { organization: id, replayed: false }
    },
  )
  return withOrganization(stores.control, organization, async (transaction) => {
    const founded = await foundOrganization(transaction, founding)
    const written = await readFounded(transaction)
    if (founded === undefined) return { organization, ...written, signInToken: null, replayed }
    const { owner, entries } = founded
    const signInToken = await issueSignInToken(transaction, clock, { person: owner, issuedBy: owner })
    await appendEntries(transaction, entries)
    return { organization, ...written, signInToken, replayed }
  })
}
