import { v7 as uuidv7 } from 'uuid'
import { environmentMember } from '../../db/control/environment-member.ts'
import { organization as organizationTable } from '../../db/control/organization.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type EnvironmentId, identifier, type PersonId } from '../../domain/identifiers.ts'
import { initialPolicy, type Policy } from '../../domain/policy/policy.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { EnvironmentKind } from '../context.ts'
import { insertEnvironment } from '../environments/insert-environment.ts'
import { writeGroup } from '../groups/write-group.ts'
import { insertHuman } from '../people/insert-human.ts'
import { insertPolicy } from '../policies/insert-policy.ts'
import { writeMember } from './write-member.ts'

export interface Founding {
  readonly organizationName: string
  readonly ownerName: string
  readonly ownerEmail?: string | undefined
  /** The first policy of production; two approvers of the group `approvers` when left out. */
  readonly policy?: Policy | undefined
}

export interface Founded {
  readonly owner: PersonId
  readonly environments: Readonly<Record<EnvironmentKind, EnvironmentId>>
  /** For the one call that ends the transaction. */
  readonly entries: readonly EntryDraft[]
}

const environmentKinds: readonly EnvironmentKind[] = ['development', 'staging', 'production']

/**
 * Writes what every organization begins with, in a transaction of its own organization: three environments, an owner who
 * is an engineer in each of them, the group `approvers` and production's first policy. Undefined, and nothing written,
 * when there is the organization already.
 */
export async function foundOrganization(
  transaction: Transaction,
  { organizationName, ownerName, ownerEmail, policy = initialPolicy }: Founding,
): Promise<Founded | undefined> {
  const { organization } = transaction
  const row = { organization, name: organizationName }
  if ((await insertRows(transaction, organizationTable, [row], 'ignore')) === 0) return undefined
  const owner = identifier<PersonId>(uuidv7())
  const actor: EntryActor = { person: owner, via: 'bootstrap' }
  const environments = {
    development: identifier<EnvironmentId>(uuidv7()),
    staging: identifier<EnvironmentId>(uuidv7()),
    production: identifier<EnvironmentId>(uuidv7()),
  }
  const name = await saveText(transaction, organizationName)
  const entries: EntryDraft[] = [
    { type: 'organization.created', subject: `organization/${organization}`, actor, details: { name } },
    await insertHuman(transaction, actor, { id: owner, name: ownerName, email: ownerEmail }),
    await writeMember(transaction, actor, { person: owner, role: 'owner', grants: [] }, null),
  ]
  for (const kind of environmentKinds) {
    const environment = environments[kind]
    const created = { id: environment, name: kind, kind, store: kind }
    entries.push(await insertEnvironment(transaction, actor, created))
    const role = 'engineer'
    const member = { organization, environment, actor: owner, role } as const
    await insertRows(transaction, environmentMember, [member])
    const subject = `environment/${environment}`
    const details = { person: owner, before: null, after: { role } }
    entries.push({ type: 'environment-member.set', subject, actor, environment, details })
  }
  entries.push(await writeGroup(transaction, actor, { name: 'approvers', members: [] }, null))
  const basis = { kind: 'beginning' } as const
  const first = { environment: environments.production, version: 1, policy, basis }
  entries.push(await insertPolicy(transaction, actor, first, null))
  return { owner, environments, entries }
}
