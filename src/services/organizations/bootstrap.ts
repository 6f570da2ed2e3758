import { v7 as uuidv7 } from 'uuid'
import { environment as environmentTable } from '../../db/control/environment.ts'
import { environmentMember } from '../../db/control/environment-member.ts'
import { organization as organizationTable } from '../../db/control/organization.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import {
  type ApiKeyId,
  type EnvironmentId,
  identifier,
  type OrganizationId,
  type PersonId,
} from '../../domain/identifiers.ts'
import { initialPolicy, type Policy } from '../../domain/policy/policy.ts'
import { appendEntries, type EntryActor, type EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { ApiStores, EnvironmentKind } from '../context.ts'
import { insertPolicy } from '../environments/insert-policy.ts'
import { writeGroup } from '../groups/write-group.ts'
import { insertKey } from '../keys/insert-key.ts'
import { insertHuman } from '../people/insert-human.ts'
import { writeMember } from './write-member.ts'

export interface Bootstrap {
  readonly organizationName: string
  readonly ownerName: string
  readonly ownerEmail?: string
  /** The first policy of production; two approvers of the group `approvers` when left out. */
  readonly policy?: Policy
}

export interface Bootstrapped {
  readonly organization: OrganizationId
  readonly environments: Readonly<Record<EnvironmentKind, EnvironmentId>>
  readonly owner: PersonId
  /** Secrets, known here and nowhere else. */
  readonly keys: { readonly organization: string }
}

const environmentKinds: readonly EnvironmentKind[] = ['development', 'staging', 'production']

async function insertEnvironment(
  transaction: Transaction,
  actor: EntryActor,
  { id, kind }: { readonly id: EnvironmentId; readonly kind: EnvironmentKind },
): Promise<EntryDraft[]> {
  const { organization } = transaction
  await insertRows(transaction, environmentTable, [{ organization, id, kind, name: kind, store: kind }])
  const subject = `environment/${id}`
  const member = { person: actor.person, role: 'engineer' } as const
  await insertRows(transaction, environmentMember, [
    { organization, environment: id, actor: member.person, role: member.role },
  ])
  const details = { kind, name: await saveText(transaction, kind) }
  return [
    { type: 'environment.created', subject, actor, environment: id, details },
    { type: 'environment-member.set', subject, actor, environment: id, details: member },
  ]
}

/**
 * Makes an organization with its three environments, an owner who is an engineer in each of them, the group `approvers`,
 * production's first policy, and one key of the organization, in one transaction.
 */
export async function bootstrap(
  { stores }: { readonly stores: Pick<ApiStores, 'control'> },
  { organizationName, ownerName, ownerEmail, policy = initialPolicy }: Bootstrap,
): Promise<Bootstrapped> {
  const organization = identifier<OrganizationId>(uuidv7())
  const owner = identifier<PersonId>(uuidv7())
  const environments = {
    development: identifier<EnvironmentId>(uuidv7()),
    staging: identifier<EnvironmentId>(uuidv7()),
    production: identifier<EnvironmentId>(uuidv7()),
  }
  const actor: EntryActor = { person: owner, via: 'bootstrap' }
  return withOrganization(stores.control, organization, async (transaction) => {
    await insertRows(transaction, organizationTable, [{ organization, name: organizationName }])
    const name = await saveText(transaction, organizationName)
    const entries: EntryDraft[] = [
      { type: 'organization.created', subject: `organization/${organization}`, actor, details: { name } },
      await insertHuman(transaction, actor, { id: owner, name: ownerName, email: ownerEmail }),
      await writeMember(transaction, actor, { person: owner, role: 'owner', grants: [] }),
    ]
    for (const kind of environmentKinds) {
      entries.push(...(await insertEnvironment(transaction, actor, { id: environments[kind], kind })))
    }
    entries.push(await writeGroup(transaction, actor, { name: 'approvers', members: [] }))
    const first = { environment: environments.production, version: 1, policy }
    entries.push(await insertPolicy(transaction, actor, first))
    const key = await insertKey(transaction, actor, {
      id: identifier<ApiKeyId>(uuidv7()),
      actor: owner,
      name: "the owner's first key",
      environment: null,
      scopes: null,
      expiresAt: null,
    })
    await appendEntries(transaction, [...entries, key.entry])
    return { organization, environments, owner, keys: { organization: key.secret } }
  })
}
