import { and, eq } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { approverGroup } from '../../db/control/approver-group.ts'
import type { StoreName } from '../../db/stores.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type EnvironmentId, identifier, type OrganizationId } from '../../domain/identifiers.ts'
import { initialPolicy } from '../../domain/policy/policy.ts'
import { appendEntries, type EntryActor, type EntryDraft } from '../audit/append-entries.ts'
import type { ApiStores, EnvironmentKind, ServiceContext } from '../context.ts'
import { readOrganizationFreeze } from '../freezes/read-organization-freeze.ts'
import { writeGroup } from '../groups/write-group.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { insertPolicy } from '../policies/insert-policy.ts'
import { Refused } from '../refused.ts'
import type { ReadEnvironment } from './get-environment.ts'
import { insertEnvironment } from './insert-environment.ts'
import { requireVisible } from './visible-environments.ts'

export interface CreateEnvironment extends RepeatableRequest {
  readonly organization: OrganizationId
  readonly name: string
  readonly kind: EnvironmentKind
  /** The shared one of the kind when left out. */
  readonly store?: StoreName | undefined
}

export interface CreatedEnvironment {
  readonly environment: ReadEnvironment
  readonly replayed: boolean
}

function knownStore({ environments }: ApiStores, kind: EnvironmentKind, store: StoreName = kind): StoreName {
  if (environments.get(store)?.store === kind) return store
  const message = `is not the name of a ${kind} store of this installation`
  throw new Refused(
    'invalid-body',
    'Name a store that this installation has for the kind, or leave it out.',
    [{ pointer: '/store', message }],
  )
}

// The first policy names this group, and a policy that names nobody could never be met.
async function firstPolicy(
  transaction: Transaction,
  actor: EntryActor,
  environment: EnvironmentId,
): Promise<readonly EntryDraft[]> {
  const { organization } = transaction
  const name = 'approvers'
  const first = { policy: initialPolicy, basis: { kind: 'beginning' } } as const
  const there = await transaction
    .select({ name: approverGroup.name })
    .from(approverGroup)
    .where(and(eq(approverGroup.organization, organization), eq(approverGroup.name, name)))
  return [
    ...(there.length > 0 ? [] : [await writeGroup(transaction, actor, { name, members: [] }, null)]),
    await insertPolicy(transaction, actor, { ...first, environment, version: 1 }, null),
  ]
}

/**
 * Makes a further environment. Nobody has a role in it until they are given one, whoever made it; one of production
 * begins with the same policy as an organization's first.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, `name-taken`, `invalid-body` for a store that this
 * installation does not have for the kind.
 */
export async function createEnvironment(
  { caller, stores }: ServiceContext,
  { organization, name, kind, store, ...repeatable }: CreateEnvironment,
): Promise<CreatedEnvironment> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireRight(transaction, caller, 'environment.create')
    const id = identifier<EnvironmentId>(uuidv7())
    const claim = { ...repeatable, actor: caller.actor, operation: 'createEnvironment', resource: id }
    const claimed = await claimKey(transaction, claim)
    const organizationFreeze = await readOrganizationFreeze(transaction)
    if (claimed.kind === 'replay') {
      const first = await requireVisible(transaction, caller, identifier<EnvironmentId>(claimed.resource))
      return { environment: { ...first, organizationFreeze }, replayed: true }
    }
    const actor = entryActor(caller)
    const placed = { id, name, kind, store: knownStore(stores, kind, store) }
    const entries = [await insertEnvironment(transaction, actor, placed)]
    if (kind === 'production') entries.push(...(await firstPolicy(transaction, actor, id)))
    const environment = { ...(await requireVisible(transaction, caller, id)), organizationFreeze }
    await appendEntries(transaction, entries)
    return { environment, replayed: false }
  })
}
