import { v7 as uuidv7 } from 'uuid'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import {
  type ActorId,
  type ApiKeyId,
  type EnvironmentId,
  type Instant,
  identifier,
  type OrganizationId,
} from '../../domain/identifiers.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ApiStores, Door } from '../context.ts'
import { readEnvironment } from '../environments/read-environments.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { readPerson } from '../people/read-people.ts'
import { requireActive, requireRight } from '../people/require-right.ts'
import { standingOf } from '../people/standing.ts'
import type { Clock } from '../ports.ts'
import { Refused } from '../refused.ts'
import { insertKey, type NewKey } from './insert-key.ts'
import type { KeyMaker } from './key-maker.ts'
import { type KeyView, readKey } from './read-keys.ts'

export interface CreateKey extends RepeatableRequest {
  readonly name: string
  readonly door:
    | { readonly kind: 'organization'; readonly organization: OrganizationId }
    | { readonly kind: 'environment'; readonly environment: EnvironmentId }
  /** The service account the key is for; the maker's own when left out. */
  readonly account: ActorId | undefined
  readonly scopes: readonly string[] | undefined
  readonly expiresAt: Instant | undefined
}

export interface CreatedKey {
  readonly key: KeyView
  /** Shown once: null on a repetition. */
  readonly secret: string | null
  readonly replayed: boolean
}

function refuseWider(maker: KeyMaker, { door, scopes, expiresAt }: CreateKey, now: number): void {
  if (door.kind === 'organization' && door.organization !== maker.organization) throw notFound()
  if (maker.entryActor.via === 'token') {
    throw new Refused('forbidden', 'A token makes no keys, which could outlast its link. Use an API key.')
  }
  const elsewhere = door.kind === 'organization' || door.environment !== maker.environment
  if (maker.environment !== null && elsewhere) {
    const detail =
      'A key of an environment makes keys of that environment only; use a key of the organization.'
    throw new Refused('forbidden', detail)
  }
  const held = maker.scopes
  if (held !== null && !scopes?.every((scope) => held.includes(scope))) {
    throw new Refused(
      'forbidden',
      'A limited key makes only keys that are limited to some of its own scopes.',
    )
  }
  const until = maker.expiresAt?.getTime()
  if (until !== undefined && !(expiresAt !== undefined && Date.parse(expiresAt) <= until)) {
    throw new Refused('forbidden', 'A key that expires makes only keys that expire no later than itself.')
  }
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now) {
    const errors = [{ pointer: '/expiresAt', message: 'must be in the future' }]
    throw new Refused('invalid-body', 'The key would have expired already.', errors)
  }
}

function doorOf({ environment }: KeyMaker): Pick<Door, 'kind'> {
  return { kind: environment === null ? 'organization' : 'environment' }
}

async function actorOf(transaction: Transaction, maker: KeyMaker, account: ActorId | undefined) {
  if (maker.actorKind === 'service') {
    throw new Refused('forbidden', "A service account's keys are made by its owner.")
  }
  if (account === undefined || account === maker.actor) return maker.actor
  const found = await readPerson(transaction, account)
  if (found === undefined) throw notFound()
  if (found.owner === maker.person) return account
  throw new Refused(
    'forbidden',
    found.kind === 'human'
      ? "Nobody makes another human's key."
      : "A service account's keys are made by its owner.",
  )
}

async function environmentOf(
  transaction: Transaction,
  maker: KeyMaker,
  actor: ActorId,
  { door }: CreateKey,
): Promise<NewKey['environment']> {
  if (door.kind === 'organization') return null
  const environment = await readEnvironment(transaction, door.environment)
  if (environment === undefined) throw notFound()
  const standing = await standingOf(transaction, actor, environment.id)
  if (standing?.active && standing.environmentRole !== null) return environment
  const seen = await requireActive(transaction, maker, environment.id)
  if (!mayDo('environment.inspect', seen, { through: doorOf(maker).kind })) throw notFound()
  throw new Refused('forbidden', 'A key of an environment is for somebody active with a role there.')
}

/**
 * Makes a key of one's own, or of a service account one owns. It opens one door and is never wider than the key it is
 * made with.
 *
 * @throws Refused `forbidden` or `not-found` for anybody else's key and for an environment its actor has no role in.
 */
export async function createKey(
  { stores, clock }: { readonly stores: ApiStores; readonly clock: Clock },
  maker: KeyMaker,
  asked: CreateKey,
): Promise<CreatedKey> {
  refuseWider(maker, asked, Date.parse(clock.now()))
  return withOrganization(stores.control, maker.organization, async (transaction) => {
    await requireRight(transaction, { actor: maker.actor, door: doorOf(maker) }, 'key.make')
    const actor = await actorOf(transaction, maker, asked.account)
    const environment = await environmentOf(transaction, maker, actor, asked)
    const id = identifier<ApiKeyId>(uuidv7())
    const { key, fingerprint } = asked
    const claim = { key, fingerprint, actor: maker.actor, operation: 'createApiKey', resource: id }
    const claimed = await claimKey(transaction, claim)
    const reader = { actor: maker.actor, environment: maker.environment }
    if (claimed.kind === 'replay') {
      const first = await readKey(transaction, reader, claimed.resource)
      if (first === undefined) throw notFound()
      return { key: first, secret: null, replayed: true }
    }
    const { name, scopes = null, expiresAt = null } = asked
    const { secret, entry } = await insertKey(transaction, maker.entryActor, {
      id,
      actor,
      name,
      environment,
      scopes,
      expiresAt,
    })
    const made = await readKey(transaction, reader, id)
    if (made === undefined) throw notFound()
    await appendEntries(transaction, [entry])
    return { key: made, secret, replayed: false }
  })
}
