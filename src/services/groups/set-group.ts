import { isDeepStrictEqual } from 'node:util'
import { and, eq, inArray } from 'drizzle-orm'
import { person as personTable } from '../../db/control/person.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { OrganizationId, PersonId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { Refused } from '../refused.ts'
import { type GroupView, readGroup } from './read-groups.ts'
import { writeGroup } from './write-group.ts'

export interface SetGroup {
  readonly organization: OrganizationId
  readonly name: string
  readonly members: readonly PersonId[]
}

async function refuseStrangers(transaction: Transaction, members: readonly PersonId[]): Promise<void> {
  if (members.length === 0) return
  const { organization } = transaction
  const rows = await transaction
    .select({ id: personTable.id })
    .from(personTable)
    .where(and(eq(personTable.organization, organization), inArray(personTable.id, [...members])))
  const known = new Set(rows.map(({ id }) => id))
  const message = 'must be a human of this organization'
  const errors = members.flatMap((person, place) =>
    known.has(person) ? [] : [{ pointer: `/members/${place}`, message }],
  )
  if (errors.length > 0)
    throw new Refused('invalid-body', 'A group has humans of the organization only.', errors)
}

/**
 * Makes a group of approvers, or replaces its members. The same again changes nothing.
 *
 * @throws Refused `forbidden` unless an owner or admin asks; `invalid-body` for a member who is no human here.
 */
export async function setGroup(
  { caller, stores }: ServiceContext,
  { organization, name, members }: SetGroup,
): Promise<GroupView> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await lockOrganization(transaction)
    const before = await readGroup(transaction, name)
    await requireRight(transaction, caller, 'group.write')
    await refuseStrangers(transaction, members)
    const group: GroupView = { name, members: [...new Set(members)].sort() }
    if (before !== undefined && isDeepStrictEqual(before, group)) return group
    const entry = await writeGroup(transaction, entryActor(caller), group, before?.members ?? null)
    await appendEntries(transaction, [entry])
    return group
  })
}
