import { v7 as uuidv7 } from 'uuid'
import { actor as actorTable } from '../../db/control/actor.ts'
import { serviceAccount } from '../../db/control/service-account.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import {
  identifier,
  type OrganizationId,
  type PersonId,
  type ServiceAccountId,
} from '../../domain/identifiers.ts'
import { appendEntries, type EntryActor, type EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { notFound, requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { entryActor } from './entry-actor.ts'
import { insertHuman } from './insert-human.ts'
import { issueSignInToken } from './issue-sign-in-token.ts'
import { type PersonView, readPerson } from './read-people.ts'
import { requireActiveHuman } from './require-active-human.ts'
import { requireRight } from './require-right.ts'

export type NewPerson =
  | { readonly kind: 'human'; readonly name: string; readonly email?: string | undefined }
  | { readonly kind: 'service'; readonly name: string; readonly owner: PersonId }

export interface CreatePerson extends RepeatableRequest {
  readonly organization: OrganizationId
  readonly person: NewPerson
}

export interface CreatedPerson {
  readonly person: PersonView
  /** Shown once: null on a repetition, and for a service account. */
  readonly signInToken: string | null
  readonly replayed: boolean
}

async function insertAccount(
  transaction: Transaction,
  actor: EntryActor,
  { id, name, owner }: { readonly id: ServiceAccountId; readonly name: string; readonly owner: PersonId },
): Promise<EntryDraft> {
  await requireActiveHuman(transaction, owner)
  const { organization } = transaction
  await insertRows(transaction, actorTable, [{ organization, id, kind: 'service' }])
  await insertRows(transaction, serviceAccount, [{ organization, id, name, owner }])
  const details = { owner, name: await saveText(transaction, name) }
  return { type: 'service-account.created', subject: `service-account/${id}`, actor, details }
}

/**
 * Adds a human or a service account to an organization. A human gets a sign-in token, which makes their first keys.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, `invalid-body` when the owner is no active human.
 */
export async function createPerson(
  { caller, stores, clock }: ServiceContext,
  { organization, person, ...repeatable }: CreatePerson,
): Promise<CreatedPerson> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'person.write')
    const id = uuidv7()
    const claim = { ...repeatable, actor: caller.actor, operation: 'createPerson', resource: id }
    const claimed = await claimKey(transaction, claim)
    if (claimed.kind === 'replay') {
      const first = await readPerson(transaction, claimed.resource)
      if (first === undefined) throw notFound()
      return { person: first, signInToken: null, replayed: true }
    }
    const actor = entryActor(caller)
    let signInToken: string | null = null
    let entry: EntryDraft
    if (person.kind === 'human') {
      const human = identifier<PersonId>(id)
      entry = await insertHuman(transaction, actor, { ...person, id: human })
      signInToken = await issueSignInToken(transaction, clock, { person: human, issuedBy: caller.person })
    } else {
      entry = await insertAccount(transaction, actor, { ...person, id: identifier<ServiceAccountId>(id) })
    }
    const created = await readPerson(transaction, id)
    if (created === undefined) throw notFound()
    await appendEntries(transaction, [entry])
    return { person: created, signInToken, replayed: false }
  })
}
